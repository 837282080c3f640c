#include "lane_datapath.hpp"

#include <algorithm>

namespace minerva {

LaneDatapath::LaneDatapath(MachineState& machine, int index)
    : machine_(machine),
      index_(index),
      lanes_(machine.structure.pipeline.lanes),
      weights_(machine.network, machine.layout, index),
      biases_(machine.network) {
  machine_.counters.push_back(&counts_);
}

std::int64_t LaneDatapath::accumulate(const Operation& op, std::int64_t accumulator,
                                      std::int64_t sum) {
  if (op.first) {
    accumulator = biases_.read(machine_.layer, neuron_of(op), machine_.cycle_number.read());
    ++counts_.bias_reads;
  }
  if (op.kept != 0) ++counts_.accumulator_updates;
  return accumulator + sum;
}

std::int64_t LaneDatapath::activate(int neuron, std::int64_t accumulator) {
  const auto k = static_cast<std::size_t>(machine_.layer);
  machine_.prediction.accumulators[k][static_cast<std::size_t>(neuron)] = accumulator;
  if (machine_.output_layer()) return accumulator;
  return round_code(machine_.network.layers[k + 1].formats.activation,
                    std::max<std::int64_t>(accumulator, 0),
                    machine_.current().formats.product.fraction_bits, machine_.network.rounding);
}

void LaneDatapath::write_back(int neuron, std::int64_t result) {
  const int offset = index_ - machine_.write_lane.read();
  if (offset < 0 || offset >= machine_.structure.pipeline.write_ports || neuron == kNoNeuron)
    return;
  ++counts_.words_written;
  if (machine_.output_layer()) {
    machine_.output_words[static_cast<std::size_t>(neuron)] = result;
  } else {
    machine_.activation_memory.write(machine_.half_written(), neuron,
                                     static_cast<std::int16_t>(result),
                                     machine_.cycle_number.read());
  }
}

}  // namespace minerva
