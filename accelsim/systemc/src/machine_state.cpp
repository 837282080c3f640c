#include "machine_state.hpp"

#include <algorithm>

namespace minerva {
namespace {

std::size_t widest_hidden(const QuantizedNetwork& network) {
  std::size_t widest = 0;
  for (std::size_t k = 0; k + 1 < network.layers.size(); ++k) {
    widest = std::max(widest, static_cast<std::size_t>(network.layers[k].n_out));
  }
  return widest;
}

}  // namespace

MachineState::MachineState(const QuantizedNetwork& network_of_run, const DesignPoint& design_point,
                           const sc_core::sc_time& cycle)
    : network(network_of_run),
      point(design_point),
      chunk(design_point.inputs_per_cycle()),
      cycle_time(cycle),
      input_memory(design_point.activation_bandwidth),
      activation_memory(design_point.activation_banks_per_half(), widest_hidden(network_of_run)),
      clock_edge("clock_edge"),
      cycle_number("cycle_number"),
      fetched("fetched"),
      fetched_words("fetched_words", static_cast<std::size_t>(chunk)),
      multiply("multiply", static_cast<std::size_t>(design_point.multiplier_stages)),
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
