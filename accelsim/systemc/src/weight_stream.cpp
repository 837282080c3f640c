#include "weight_stream.hpp"

#include <algorithm>

#include "memories.hpp"

namespace minerva {

WeightStream::WeightStream(const sc_core::sc_module_name&, MachineState& machine)
    : machine_(machine), loaded_("loaded") {
  machine_.stream = this;
  machine_.counters.push_back(&counts_);
  SC_HAS_PROCESS(WeightStream);
  SC_METHOD(step);
  sensitive << machine_.clock_edge;
  dont_initialize();
}

void WeightStream::start_layer() {
  layer_start_ = machine_.layer_starts;
  position_ = first_channel_ = loads_ = released_ = 0;
  more_ = machine_.setting().weighted;
  if (more_) begin_unit();
}

void WeightStream::begin_unit() {
  const LayerSetting& layer = machine_.setting();
  const int of_group = layer.channels() / layer.shape.groups;
  const int group_end = (first_channel_ / of_group + 1) * of_group;
  channels_ = std::min(machine_.structure.pipeline.lanes, group_end - first_channel_);
  word_ = 0;
}

void WeightStream::end_unit() {
  const LayerSetting& layer = machine_.setting();
  ++loads_;
  first_channel_ += channels_;
  if (first_channel_ == layer.channels()) {
    first_channel_ = 0;
    const int of_run = layer.spans_batch() ? machine_.positions() : layer.positions_of_one();
    position_ = std::min(position_ + layer.span, (position_ / of_run + 1) * of_run);
    more_ = !layer.stays_in_buffers() && position_ < machine_.positions();
  }
  if (more_) begin_unit();
}

/// Words of input after input, each for the channels of the unit; a bank takes one in a cycle.
void WeightStream::deliver() {
  const LanePipeline& pipeline = machine_.structure.pipeline;
  const int inputs = machine_.setting().stored->n_in;
  const std::int64_t cycle = machine_.cycle_number.read();
  int room = std::min(pipeline.stream_words, channels_ * pipeline.weight_banks);
  for (; room > 0 && word_ < channels_ * inputs; --room, ++word_) {
    const int channel = first_channel_ + word_ % channels_;
    const int input = word_ / channels_;
    WeightMemory& memory =
        *machine_.weight_memories[static_cast<std::size_t>(lane_of(channel, pipeline.lanes))];
    const auto address = memory.address(machine_.layer, group_of(channel, pipeline.lanes), input);
    memory.load(loads_ % 2, address, input, cycle);
    ++counts_.weight_loads;
  }
  if (word_ == channels_ * inputs) end_unit();
}

void WeightStream::step() {
  const std::int64_t cycle = machine_.cycle_number.read();
  // The sequencer turns to the next layer in this cycle.
  if (machine_.next_layer.read() || cycle == machine_.layer_start_cycle) return;
  if (layer_start_ != machine_.layer_starts) start_layer();
  if (more_ && loads_ < released_ + 2) deliver();
  const Operation& op = machine_.fetched.read();  // in F2
  if (op.valid && op.ends_unit && !machine_.hold.read()) ++released_;
  loaded_.write({layer_start_, loads_});
}

}  // namespace minerva
