#include "control.hpp"

#include <algorithm>

#include "weight_stream.hpp"

namespace minerva {

Sequencer::Sequencer(const sc_core::sc_module_name&, MachineState& machine)
    : machine_(machine),
      reads_ahead_(machine.structure.pipeline.queue_words > 0),
      queue_(machine),
      codes_(static_cast<std::size_t>(
          std::max(machine.broadcast_words, machine.structure.pipeline.words_per_cycle))) {
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
  ++machine_.layer_starts;
  machine_.layer_start_cycle = machine_.cycle_number.read();
  begin_span(0);
  units_begun_ = 0;
  const int region = machine_.setting().region_written;
  if (region != TensorRegions::kNone) machine_.activation_memory.invalidate(region);
}

void Sequencer::begin_span(int first_position) {
  const LayerSetting& layer = machine_.setting();
  const int of_one = layer.positions_of_one();
  const int run_end = layer.spans_batch() ? machine_.positions()
                                          : (layer.prediction_of(first_position) + 1) * of_one;
  span_ = first_position;
  span_end_ = std::min(span_ + layer.span, run_end);
  begin_unit(0, 0);
}

void Sequencer::begin_unit(int first_channel, int number) {
  const LayerSetting& layer = machine_.setting();
  const LanePipeline& pipeline = machine_.structure.pipeline;
  const int of_group = layer.channels() / (layer.weighted ? layer.shape.groups : 1);
  unit_ = number;
  ++units_begun_;
  first_channel_ = first_channel;
  convolution_group_ = first_channel / of_group;
  channels_ = std::min(layer.weighted ? pipeline.lanes : pipeline.lane_words(),
                       (convolution_group_ + 1) * of_group - first_channel);
  tile_ = span_;
  accumulator_ = added_ = segment_ = offset_ = 0;
}

/// Behind the last position of the present tile.
int Sequencer::last_tile_end() const {
  return std::min(tile_ + machine_.structure.pipeline.accumulators, span_end_);
}

/// Nothing of the unit was read at any position that shares its weights.
bool Sequencer::begins_unit() const {
  return tile_ == span_ && accumulator_ == 0 && added_ == 0 && segment_ == 0 && offset_ == 0;
}

/// Number of the load that brings the unit's weights from off chip.
int Sequencer::load_of_unit() const {
  return machine_.setting().stays_in_buffers() ? unit_ : units_begun_;
}

bool Sequencer::waits_for_weights() const {
  return machine_.stream != nullptr && machine_.setting().weighted && begins_unit() &&
         machine_.stream->loads_seen() <= load_of_unit();
}

Operation Sequencer::next_operation() const {
  const LayerSetting& layer = machine_.setting();
  const int positions = machine_.positions();
  const int lanes = machine_.structure.pipeline.lanes;
  Operation op;
  if (span_ >= positions) return op;
  op.valid = true;
  op.position = tile_ + accumulator_;
  op.accumulator = accumulator_;
  op.group = unit_;
  op.first_channel = first_channel_;
  op.channels = channels_;
  op.first_lane = layer.weighted ? lane_of(first_channel_, lanes) : 0;
  op.first_row = group_of(first_channel_, lanes);
  op.half = machine_.stream == nullptr ? 0 : load_of_unit() % 2;
  if (layer.shape.added && added_ < channels_) {
    op.kind = ChunkKind::added;
    op.first_input = added_;
    op.words = std::min(machine_.structure.pipeline.words_per_cycle, channels_ - added_);
    op.first = added_ == 0;
    return op;
  }
  op.first = !layer.shape.added && segment_ == 0 && offset_ == 0;
  bool segment_ends = true;
  if (layer.weighted) {
    op.first_input = segment_ * layer.segment_words + offset_;
    op.words = std::min(reads_ahead_ ? machine_.structure.pipeline.words_per_cycle : machine_.chunk,
                        layer.segment_words - offset_);
    segment_ends = offset_ + op.words == layer.segment_words;
  } else {
    op.kind = ChunkKind::pooled;
    op.first_input = segment_;
    op.words = channels_;
  }
  op.last = segment_ends && segment_ + 1 == layer.segments;
  op.ends_unit = op.last && op.position + 1 == span_end_;
  op.last_of_layer =
      op.last && op.position + 1 == positions && first_channel_ + channels_ == layer.channels();
  return op;
}

void Sequencer::step_on(const Operation& op) {
  const LayerSetting& layer = machine_.setting();
  if (tile_ + ++accumulator_ < last_tile_end()) return;  // the same chunk for the next position
  accumulator_ = 0;
  weights_read_ = 0;
  if (op.kind == ChunkKind::added) {
    added_ += op.words;
    return;
  }
  offset_ += op.words;
  if (!layer.weighted || offset_ == layer.segment_words) {
    offset_ = 0;
    ++segment_;
  }
  if (segment_ < layer.segments) return;
  const int behind = last_tile_end();
  if (behind < span_end_) {
    tile_ = behind;
    added_ = segment_ = 0;
  } else if (first_channel_ + channels_ < layer.channels()) {
    begin_unit(first_channel_ + channels_, unit_ + 1);
  } else if (span_end_ < machine_.positions()) {
    begin_span(span_end_);
  } else {
    span_ = span_end_;  // nothing is left
  }
}

void Sequencer::fetch() {
  if (machine_.next_layer.read()) {
    machine_.finish_layer();
    machine_.layer += machine_.fuses() ? 2 : 1;
    start_layer();
  }
  if (machine_.hold.read()) return;
  if (reads_ahead_) {
    fetch_ahead();
    return;
  }
  Operation op = next_operation();
  if (op.valid && waits_for_weights()) {
    op = {};
    op.starved = true;
  }
  if (op.valid) {
    read_words(op);
    for (std::size_t k = 0; k < static_cast<std::size_t>(op.words); ++k) {
      machine_.fetched_words[k].write(codes_[k]);
    }
  }
  machine_.fetched.write(op);
  last_read_ = op;
}

/// F2 takes the head of the queue. F1 reads a chunk when all of its words have a place, and queues
/// those that are kept.
void Sequencer::fetch_ahead() {
  Operation op = next_operation();
  if (op.valid && !queue_.has_room()) op = {};
  if (op.valid) {
    read_words(op);
    const std::int64_t skipped = std::int64_t{op.words - op.kept_words} * op.channels;
    counts_.weight_reads_skipped += skipped;
    counts_.macs_skipped += skipped;
    queue_.put(op, codes_);
  }
  last_read_ = op;
  queue_.show_head(next_operation().valid);
}

Sequencer::WordRange Sequencer::window_words(const Operation& op) const {
  const LayerSetting& layer = machine_.setting();
  const GraphLayer& shape = layer.shape;
  const int region = layer.region_read;
  const int tensor = layer.prediction_of(op.position) * shape.input.size();
  if (shape.kind == GraphLayerKind::dense) {
    return {region, tensor + op.first_input, tensor, tensor + shape.input.size()};
  }
  const Window& w = shape.window;
  const Position& at = layer.place(op.position);
  const bool by_row = layer.segments == w.height && layer.segment_words != 1;
  const int y = at.y * w.stride_y - w.top + (by_row ? segment_ : segment_ / w.width);
  const int x = at.x * w.stride_x - w.left + (by_row ? 0 : segment_ % w.width);
  if (y < 0 || y >= shape.input.height) return {region, 0, 0, 0};
  const int channels = shape.input.channels;
  const int row = tensor + y * shape.input.width * channels;
  if (by_row) {
    return {region, row + x * channels + offset_, row, row + shape.input.width * channels};
  }
  if (x < 0 || x >= shape.input.width) return {region, 0, 0, 0};
  const int first = row + x * channels + (layer.weighted ? convolution_group_ : op.first_channel);
  return {region, first, first, first + op.words};
}

Sequencer::WordRange Sequencer::added_words(const Operation& op) const {
  const LayerSetting& layer = machine_.setting();
  const AddedTensor& added = layer.shape.added;
  const TensorShape& from = layer.added_shape;
  const Position& at = layer.place(op.position);
  const int pixel = layer.prediction_of(op.position) * from.size() +
                    (at.y * added.stride_y * from.width + at.x * added.stride_x) * from.channels;
  return {layer.region_added, pixel + op.first_channel + op.first_input - added.channel_offset,
          pixel, pixel + from.channels};
}

Sequencer::WordRange Sequencer::words_of(const Operation& op) const {
  return op.kind == ChunkKind::added ? added_words(op) : window_words(op);
}

void Sequencer::count_words(const Operation& op, int inside) {
  switch (op.kind) {
    case ChunkKind::weighted:
      (machine_.setting().region_read == TensorRegions::kNone ? counts_.input_reads
                                                              : counts_.activation_reads) += inside;
      if (machine_.current().theta_code > 0) counts_.comparisons += inside;
      return;
    case ChunkKind::added:
      counts_.added_reads += inside;
      return;
    case ChunkKind::pooled:
      counts_.pool_reads += inside;
      return;
  }
}

void Sequencer::read_words(Operation& op) {
  const QuantizedLayer& layer = machine_.current();
  const std::int64_t cycle = machine_.cycle_number.read();
  const WordRange range = words_of(op);
  const bool weighted = op.kind == ChunkKind::weighted;
  std::vector<std::int32_t>& seen =
      machine_.result.inputs[static_cast<std::size_t>(machine_.layer)];
  int inside = 0;
  for (int k = 0; k < op.words; ++k) {
    const int word = range.first + k;
    if (word < range.low || word >= range.high) continue;
    const int code = range.region == TensorRegions::kNone
                         ? machine_.input_memory.read(word, cycle)
                         : machine_.activation_memory.read(range.region, word, cycle);
    ++inside;
    if (!weighted || !layer.skips(code)) {
      op.kept |= std::uint64_t{1} << k;
      ++op.kept_words;
    }
    codes_[static_cast<std::size_t>(k)] = code;
    if (op.kind != ChunkKind::added) seen[static_cast<std::size_t>(word)] = code;
  }
  if (weighted) {
    op.read = op.kept & ~weights_read_;
    op.read_words = op.read == op.kept ? op.kept_words : __builtin_popcountll(op.read);
    weights_read_ |= op.read;
  }
  count_words(op, inside);
  step_on(op);
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

/// Nothing is there to issue: F1 waits for weights, or has queued no input.
CycleCause WriteControl::starved_cause() const {
  if (machine_.stream != nullptr) return CycleCause::weight_stall;
  return issued_first_ ? CycleCause::input_stall : CycleCause::fill;
}

CycleCause WriteControl::cause_of(const Operation& last_stage, bool issues) const {
  if (issues) return CycleCause::issue;
  if (last_stage.starved && !machine_.hold.read()) return starved_cause();
  if (!issued_first_) return CycleCause::fill;
  return issued_last_ ? CycleCause::drain : CycleCause::stall;
}

void WriteControl::book(CycleCause cause) {
  last_cause_ = cause;
  switch (cause) {
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
    case CycleCause::weight_stall:
      ++cycles_.weight_stall;
      break;
    case CycleCause::input_stall:
      ++cycles_.input_stall;
      break;
  }
}

Unit WriteControl::unit_of(const Operation& op) const {
  const int pooled = machine_.setting().pooled;
  return {op.accumulator,
          op.position,
          op.group,
          op.first_channel,
          op.channels,
          op.first_lane,
          op.position % pooled == 0,
          op.position % pooled == pooled - 1};
}

const Operation& WriteControl::next_issue() const {
  const std::size_t last = machine_.multiply.size() - 1;
  if (machine_.hold.read()) return machine_.multiply[last].read();
  return last > 0 ? machine_.multiply[last - 1].read() : machine_.fetched.read();
}

/// A granted port has written its words in this cycle.
void WriteControl::write_words() {
  const int ports = machine_.structure.pipeline.write_ports;
  words_left_ = std::max(0, words_left_ - ports);
  write_lane_ += ports;
}

void WriteControl::step() {
  const Operation& op = machine_.multiply[machine_.multiply.size() - 1].read();
  const bool issues = op.valid && !machine_.hold.read();
  const bool takes = machine_.take.read();
  book(cause_of(op, issues));
  issued_first_ = issued_first_ || issues;

  const int ports = machine_.structure.pipeline.write_ports;
  const bool fills_results = takes && full_.front().ends_window;
  const bool writes_last = words_left_ > 0 && words_left_ <= ports && !fills_results;
  if (fills_results) {
    words_left_ = full_.front().channels;
    write_lane_ = 0;
    machine_.written_unit.write(full_.front());
  } else if (words_left_ > 0) {
    write_words();
  }
  if (takes) full_.pop_front();
  if (issues && op.last) {
    full_.push_back(unit_of(op));
    issued_last_ = op.last_of_layer;
  }
  const bool can_take = !full_.empty() && (!full_.front().ends_window || words_left_ <= ports);
  // The next chunk waits while its accumulator holds a sum that A does not take.
  const Operation& enters = next_issue();
  const bool holds = !enters.starved && std::any_of(full_.begin() + (can_take ? 1 : 0), full_.end(),
                                                    [&](const Unit& unit) {
                                                      return unit.accumulator == enters.accumulator;
                                                    });
  const bool layer_done = writes_last && issued_last_ && full_.empty();
  machine_.take.write(can_take);
  if (can_take) machine_.taken_unit.write(full_.front());
  machine_.hold.write(holds);
  machine_.writing.write(words_left_ > 0);
  machine_.write_lane.write(write_lane_);
  machine_.next_layer.write(layer_done && !machine_.output_layer());
  machine_.cycle_number.write(machine_.cycle_number.read() + 1);
  if (layer_done) {
    machine_.result.cycles.push_back(cycles_);
    if (machine_.fuses()) machine_.result.cycles.emplace_back();
    cycles_ = {};
    issued_first_ = issued_last_ = false;
    if (machine_.output_layer()) machine_.running = false;
  }
  if (machine_.running) machine_.clock_edge.notify(machine_.cycle_time);
}

}  // namespace minerva
