#include "control.hpp"

#include <algorithm>

namespace minerva {

Sequencer::Sequencer(const sc_core::sc_module_name&, MachineState& machine) : machine_(machine) {
  machine_.counters.push_back(&counts_);
  SC_HAS_PROCESS(Sequencer);
  SC_METHOD(fetch);
  sensitive << machine_.clock_edge;
  dont_initialize();
  SC_METHOD(advance);
  sensitive << machine_.clock_edge;
  dont_initialize();
}

void Sequencer::start_layer() {
  group_ = 0;
  next_input_ = 0;
  if (!machine_.output_layer()) machine_.activation_memory.invalidate(machine_.half_written());
}

Operation Sequencer::next_operation() const {
  const QuantizedLayer& layer = machine_.current();
  const int lanes = machine_.structure.pipeline.lanes;
  Operation op;
  if (neuron_of(group_, 0, lanes) >= layer.n_out) return op;
  op.valid = true;
  op.group = group_;
  op.first_input = next_input_;
  op.words = std::min(machine_.chunk, layer.n_in - next_input_);
  op.first = next_input_ == 0;
  op.last = next_input_ + op.words == layer.n_in;
  op.last_of_layer = op.last && neuron_of(group_ + 1, 0, lanes) >= layer.n_out;
  return op;
}

void Sequencer::fetch() {
  if (machine_.next_layer.read()) {
    machine_.finish_layer();
    ++machine_.layer;
    start_layer();
  }
  if (machine_.hold.read()) return;
  Operation op = next_operation();
  if (op.valid) read_words(op);
  machine_.fetched.write(op);
}

void Sequencer::read_words(Operation& op) {
  const QuantizedLayer& layer = machine_.current();
  const std::int64_t cycle = machine_.cycle_number.read();
  const bool from_inputs = machine_.layer == 0;
  const int half = machine_.half_read();
  for (int k = 0; k < op.words; ++k) {
    const int j = op.first_input + k;
    const int code = from_inputs ? machine_.input_memory.read(j, cycle)
                                 : machine_.activation_memory.read(half, j, cycle);
    if (!layer.skips(code)) {
      op.kept |= std::uint64_t{1} << k;
      ++op.kept_words;
    }
    machine_.fetched_words[static_cast<std::size_t>(k)].write(code);
    if (op.group == 0) {
      machine_.prediction.inputs[static_cast<std::size_t>(machine_.layer)].push_back(code);
    }
  }
  (from_inputs ? counts_.input_reads : counts_.activation_reads) += op.words;
  if (layer.theta_code > 0) counts_.comparisons += op.words;
  next_input_ += op.words;
  if (op.last) {
    next_input_ = 0;
    ++group_;
  }
}

void Sequencer::advance() {
  if (machine_.hold.read()) return;
  for (std::size_t k = machine_.multiply.size() - 1; k > 0; --k) {
    machine_.multiply[k].write(machine_.multiply[k - 1].read());
  }
  const Operation& op = machine_.fetched.read();
  machine_.multiply[0].write(op);
  for (int k = 0; k < op.words; ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (op.keeps(k)) machine_.multiply_words[at].write(machine_.fetched_words[at].read());
  }
}

WriteControl::WriteControl(const sc_core::sc_module_name&, MachineState& machine)
    : machine_(machine) {
  SC_HAS_PROCESS(WriteControl);
  SC_METHOD(step);
  sensitive << machine_.clock_edge;
  dont_initialize();
}

CycleCause WriteControl::cause_of(bool issues) const {
  if (issues) return CycleCause::issue;
  if (!issued_first_) return CycleCause::fill;
  return issued_last_ ? CycleCause::drain : CycleCause::stall;
}

void WriteControl::step() {
  const Operation& op = machine_.multiply[machine_.multiply.size() - 1].read();
  const bool issues = op.valid && !machine_.hold.read();
  const bool takes = machine_.take.read();
  last_cause_ = cause_of(issues);
  switch (last_cause_) {
    case CycleCause::fill:
      ++cycles_.fill;
      break;
    case CycleCause::issue:
      ++cycles_.issue;
      break;
    case CycleCause::stall:
      ++cycles_.stall;
      break;
    case CycleCause::drain:
      ++cycles_.drain;
      break;
  }
  issued_first_ = issued_first_ || issues;

  const int ports = machine_.structure.pipeline.write_ports;
  const bool writes_last = words_left_ > 0 && words_left_ <= ports && !takes;
  if (takes) {
    words_left_ = accumulated_words_;
    written_group_ = accumulated_group_;
    write_lane_ = 0;
    accumulators_full_ = false;
  } else if (words_left_ > 0) {
    words_left_ = std::max(0, words_left_ - ports);
    write_lane_ += ports;
  }
  if (issues && op.last) {
    accumulators_full_ = true;
    const int lanes = machine_.structure.pipeline.lanes;
    accumulated_group_ = op.group;
    accumulated_words_ = std::min(lanes, machine_.current().n_out - neuron_of(op.group, 0, lanes));
    issued_last_ = op.last_of_layer;
  }
  const bool can_take = accumulators_full_ && words_left_ <= ports;
  const bool layer_done = writes_last && issued_last_ && !accumulators_full_;
  machine_.take.write(can_take);
  machine_.hold.write(accumulators_full_ && !can_take);
  machine_.writing.write(words_left_ > 0);
  machine_.write_lane.write(write_lane_);
  machine_.next_layer.write(layer_done && !machine_.output_layer());
  machine_.cycle_number.write(machine_.cycle_number.read() + 1);
  if (layer_done) {
    machine_.prediction.cycles.push_back(cycles_);
    cycles_ = {};
    issued_first_ = issued_last_ = false;
    if (machine_.output_layer()) machine_.running = false;
  }
  if (machine_.running) machine_.clock_edge.notify(machine_.cycle_time);
}

}  // namespace minerva
