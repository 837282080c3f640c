#include "machine_state.hpp"

namespace minerva {

MachineState::MachineState(const QuantizedNetwork& network_of_run, const DesignPoint& point,
                           const sc_core::sc_time& cycle)
    : network(network_of_run),
      structure(structure_of(machine_configuration(network_of_run, point))),
      layout(network_of_run.topology(), point),
      chunk(structure.pipeline.inputs_per_cycle),
      cycle_time(cycle),
      input_memory(structure.of(MemoryKind::inputs)),
      activation_memory(structure.of(MemoryKind::activations)),
      clock_edge("clock_edge"),
      cycle_number("cycle_number"),
      fetched("fetched"),
      fetched_words("fetched_words", static_cast<std::size_t>(chunk)),
      multiply("multiply", static_cast<std::size_t>(structure.pipeline.multiply_cycles)),
      multiply_words("multiply_words", static_cast<std::size_t>(chunk)),
      hold("hold"),
      take("take"),
      writing("writing"),
      write_lane("write_lane"),
      next_layer("next_layer") {}

void MachineState::start_prediction(const std::vector<std::int16_t>& input) {
  prediction = {};
  prediction.inputs.resize(network.layers.size());
  for (const QuantizedLayer& each : network.layers) {
    prediction.accumulators.emplace_back(static_cast<std::size_t>(each.n_out));
  }
  input_memory.fill(input);
  output_words.assign(static_cast<std::size_t>(network.layers.back().n_out), 0);
  layer = 0;
  running = true;
}

void MachineState::finish_layer() {
  EventCounts sum;
  for (EventCounts* each : counters) {
    sum += *each;
    *each = {};
  }
  prediction.events.push_back(sum);
}

}  // namespace minerva
