#include "machine_state.hpp"

namespace minerva {

MachineState::MachineState(const QuantizedGraph& network_of_run, const DesignPoint& point,
                           const sc_core::sc_time& cycle)
    : network(network_of_run),
      configuration(machine_configuration(network_of_run, point)),
      structure(structure_of(configuration)),
      layout(configuration.network, point),
      chunk(structure.pipeline.inputs_per_cycle),
      broadcast_words(structure.of(RegisterKind::fetched_word).count),
      shows_positions(configuration.network.most_positions() > 1 || point.runs_batches()),
      settings(layer_settings(network_of_run, configuration.network, point)),
      cycle_time(cycle),
      input_memory(structure.of(MemoryKind::inputs)),
      activation_memory(structure.of(MemoryKind::activations)),
      clock_edge("clock_edge"),
      cycle_number("cycle_number"),
      fetched("fetched"),
      fetched_words("fetched_words", static_cast<std::size_t>(broadcast_words)),
      queued_words("queued_words",
                   static_cast<std::size_t>(structure.of(RegisterKind::queued_word).count)),
      multiply("multiply", static_cast<std::size_t>(structure.pipeline.multiply_cycles)),
      multiply_words("multiply_words", static_cast<std::size_t>(broadcast_words)),
      hold("hold"),
      take("take"),
      writing("writing"),
      write_lane("write_lane"),
      taken_unit("taken_unit"),
      written_unit("written_unit"),
      next_layer("next_layer") {}

void MachineState::start_batch(const std::vector<std::int16_t>& inputs) {
  result = {};
  batch = static_cast<int>(inputs.size()) / network.graph.inputs();
  const auto of_batch = [&](int words) {
    return static_cast<std::size_t>(batch) * static_cast<std::size_t>(words);
  };
  for (const LayerSetting& each : settings) {
    result.inputs.emplace_back(of_batch(each.shape.input.size()), kNotRead);
    result.accumulators.emplace_back(of_batch(each.shape.output.size()));
  }
  input_memory.fill(inputs);
  output_words.assign(of_batch(network.graph.outputs()), 0);
  layer = 0;
  running = true;
}

void MachineState::finish_layer() {
  const auto collected = [](const std::vector<GraphEventCounts*>& from) {
    GraphEventCounts sum;
    for (GraphEventCounts* each : from) {
      sum += *each;
      *each = {};
    }
    return sum;
  };
  result.events.push_back(collected(counters));
  if (fuses()) result.events.push_back(collected(pool_counters));
}

}  // namespace minerva
