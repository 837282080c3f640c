#include "input_queue.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {

InputQueue::InputQueue(MachineState& machine)
    : machine_(machine),
      words_(machine.structure.pipeline.queue_words),
      operations_(machine.queued_words.size()) {}

bool InputQueue::has_room() const {
  return waiting_ + machine_.structure.pipeline.words_per_cycle <= words_;
}

void InputQueue::put(const Operation& chunk, const std::vector<int>& codes) {
  if (chunk.first) begins_group_ = true;
  Operation op = chunk;
  op.last = op.ends_unit = op.last_of_layer = false;
  op.words = op.kept_words = op.read_words = 1;
  op.kept = op.read = 1;
  for (int k = 0; k < chunk.words; ++k) {
    if (!chunk.keeps(k)) continue;
    op.first_input = chunk.first_input + k;
    op.first = begins_group_;
    begins_group_ = false;
    coming_.push_back({op, codes[static_cast<std::size_t>(k)]});
  }
  if (!chunk.last) return;
  if (chunk.kept_words == 0) {
    op.words = op.kept_words = op.read_words = 0;
    op.kept = op.read = 0;
    op.first_input = chunk.first_input + chunk.words - 1;
    op.first = begins_group_;
    coming_.push_back({op, 0});
  }
  Operation& end = coming_.back().op;
  end.last = chunk.last;
  end.ends_unit = chunk.ends_unit;
  end.last_of_layer = chunk.last_of_layer;
}

void InputQueue::show_head(bool more) {
  Operation head;
  std::size_t of_coming = 0;
  if (waiting_ > 0) {
    head = operations_[first_];
    machine_.fetched_words[0].write(machine_.queued_words[first_].read());
    first_ = (first_ + 1) % operations_.size();
    --waiting_;
  } else if (!coming_.empty()) {
    head = coming_.front().op;
    machine_.fetched_words[0].write(coming_.front().code);
    of_coming = 1;
  }
  head.starved = !head.valid && more;
  for (; of_coming < coming_.size(); ++of_coming) put(coming_[of_coming]);
  coming_.clear();
  machine_.fetched.write(head);
}

void InputQueue::put(const Word& word) {
  expects(waiting_ < static_cast<int>(operations_.size()),
          "F1 queues more words than have a place");
  const std::size_t place = (first_ + static_cast<std::size_t>(waiting_)) % operations_.size();
  operations_[place] = word.op;
  machine_.queued_words[place].write(word.code);
  ++waiting_;
}

}  // namespace minerva
