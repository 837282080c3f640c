#include "lane_datapath.hpp"

#include <algorithm>

namespace minerva {

LaneDatapath::LaneDatapath(MachineState& machine, int index)
    : machine_(machine),
      index_(index),
      lanes_(machine.structure.pipeline.lanes),
      weights_(machine.network, machine.layout, index,
               machine.structure.pipeline.stream_words > 0
                   ? machine.structure.of(MemoryKind::weights).words
                   : 0),
      biases_(machine.network) {
  machine_.counters.push_back(&counts_);
  machine_.pool_counters.push_back(&pool_counts_);
  machine_.weight_memories.push_back(&weights_);
}

/// What a sum begins with: the bias, or what the first word of a pool replaces or is added to.
std::int64_t LaneDatapath::preset(const Operation& op) {
  const LayerSetting& layer = machine_.setting();
  if (!layer.weighted) {
    return layer.shape.kind == GraphLayerKind::max_pool
               ? layer.stored->formats.activation.min_code()
               : 0;
  }
  ++counts_.bias_reads;
  return biases_.read(machine_.layer, channel_of(op), machine_.cycle_number.read());
}

std::int64_t LaneDatapath::accumulate(const Operation& op, std::int64_t accumulator,
                                      std::int64_t sum) {
  if (op.first) accumulator = preset(op);
  if (!contributes(op)) return accumulator;
  switch (op.kind) {
    case ChunkKind::weighted:
      ++counts_.accumulator_updates;
      return accumulator + sum;
    case ChunkKind::added:
      ++counts_.accumulator_updates;
      return accumulator + sum * (std::int64_t{1} << machine_.setting().added_shift);
    case ChunkKind::pooled:
      ++counts_.pool_operations;
      return machine_.setting().shape.kind == GraphLayerKind::max_pool ? std::max(accumulator, sum)
                                                                       : accumulator + sum;
  }
  return accumulator;
}

std::int64_t LaneDatapath::activate(const Unit& unit, int channel, std::int64_t accumulator) {
  const LayerSetting& layer = machine_.setting();
  const auto k = static_cast<std::size_t>(machine_.layer);
  auto& accumulators = machine_.result.accumulators;
  accumulators[k][static_cast<std::size_t>(layer.first_word(unit.position) + channel)] =
      accumulator;
  if (layer.is_output) return accumulator;
  const std::int64_t word = round_code(
      layer.result_format, layer.shape.relu ? std::max<std::int64_t>(accumulator, 0) : accumulator,
      layer.result_fraction, machine_.network.rounding);
  if (!layer.fuses) return word;
  pooled_word_ = unit.begins_window ? word : std::max(pooled_word_, word);
  ++pool_counts_.pool_operations;
  if (unit.ends_window) {
    accumulators[k + 1]
                [static_cast<std::size_t>(layer.first_written_word(unit.position) + channel)] =
                    pooled_word_;
  }
  return pooled_word_;
}

void LaneDatapath::write_back(int channel, std::int64_t result) {
  const Unit& unit = machine_.written_unit.read();
  const int offset = offset_from(unit.first_lane) - machine_.write_lane.read();
  if (offset < 0 || offset >= machine_.structure.pipeline.write_ports || channel == kNoNeuron)
    return;
  const LayerSetting& layer = machine_.setting();
  const int word = layer.first_written_word(unit.position) + channel;
  ++counts_.words_written;
  if (layer.is_output) {
    machine_.output_words[static_cast<std::size_t>(word)] = result;
  } else {
    machine_.activation_memory.write(layer.region_written, word, static_cast<std::int16_t>(result),
                                     machine_.cycle_number.read());
  }
}

}  // namespace minerva
