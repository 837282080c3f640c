#include "minerva/accelsim/verify_point.hpp"

#include "minerva/accelsim/bank_activity.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/engine/fixed_engine.hpp"

namespace minerva {
namespace {

/// Collects differences with the place where they were found.
class Comparison {
 public:
  void at(std::string place) { place_ = std::move(place); }
  template <typename A, typename B>
  void number(const std::string& what, A simulated, B expected) {
    if (static_cast<std::int64_t>(simulated) == static_cast<std::int64_t>(expected)) return;
    differences_.push_back(place_ + what + ": SystemC " + std::to_string(simulated) +
                           ", expected " + std::to_string(expected));
  }
  template <typename A, typename B>
  void numbers(const std::string& what, const std::vector<A>& simulated,
               const std::vector<B>& expected) {
    number("size of " + what, simulated.size(), expected.size());
    if (simulated.size() != expected.size()) return;
    for (std::size_t i = 0; i < simulated.size(); ++i) {
      number(what + " " + std::to_string(i), simulated[i], expected[i]);
    }
  }
  std::vector<std::string> take() { return std::move(differences_); }

 private:
  std::string place_;
  std::vector<std::string> differences_;
};

/// What the layer's inputs of the reference did.
LayerActivity activity_of(const QuantizedLayer& layer, const std::vector<std::int32_t>& inputs,
                          int chunk) {
  LayerActivity activity;
  std::int64_t last_active_chunk = -1;
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    if (inputs[j] == 0) ++activity.zero_inputs;
    if (layer.skips(inputs[j])) continue;
    ++activity.kept_inputs;
    const std::int64_t at = static_cast<std::int64_t>(j) / chunk;
    if (at != last_active_chunk) ++activity.active_chunks;
    last_active_chunk = at;
  }
  return activity;
}

}  // namespace

std::vector<std::string> verify_point(const QuantizedNetwork& network, const DesignPoint& point,
                                      const std::vector<std::vector<std::int16_t>>& inputs,
                                      SimulationModel model) {
  return verify_result(network, point, inputs, simulate(network, point, inputs, model));
}

std::vector<std::string> verify_result(const QuantizedNetwork& network, const DesignPoint& point,
                                       const std::vector<std::vector<std::int16_t>>& inputs,
                                       const SimulationResult& simulated) {
  const Topology topology = network.topology();
  const std::vector<LayerCycles> cycles = count_cycles(topology, point);
  std::vector<BankActivity> bank_activity(network.layers.size());
  for (BankActivity& each : bank_activity) {
    each.kept_inputs.resize(static_cast<std::size_t>(point.weight_banks_per_lane()));
  }
  Comparison compare;
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    const SimulatedPrediction& prediction = simulated.samples.at(s);
    const FixedTrace trace = trace_prediction(network, inputs[s].data());
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
      compare.at("sample " + std::to_string(s) + ", layer " + std::to_string(k + 1) + ", ");
      const QuantizedLayer& layer = network.layers[k];
      const LayerCycles& found = prediction.cycles.at(k);
      compare.number("fill cycles", found.fill, cycles[k].fill);
      compare.number("issue cycles", found.issue, cycles[k].issue);
      compare.number("stall cycles", found.stall, cycles[k].stall);
      compare.number("drain cycles", found.drain, cycles[k].drain);
      const EventCounts expected = count_events(
          layer.n_in, layer.n_out, static_cast<int>(k), point,
          activity_of(layer, trace.inputs[k], point.inputs_per_cycle()), 1, layer.theta_code > 0);
      for (const EventName& event : event_names()) {
        compare.number(event.name, prediction.events.at(k).*event.member, expected.*event.member);
      }
      add_bank_activity(layer, trace.inputs[k], bank_activity[k]);
      compare.numbers("input", prediction.inputs[k], trace.inputs[k]);
      compare.numbers("accumulator", prediction.accumulators[k], trace.accumulators[k]);
    }
    compare.at("sample " + std::to_string(s) + ", ");
    compare.number("class", prediction.predicted_class, trace.predicted_class);
  }
  const BankAccesses accesses =
      count_bank_accesses(topology, point, bank_activity, static_cast<std::int64_t>(inputs.size()));
  compare.at("banks, ");
  for (const BankAccessName& kind : bank_access_names()) {
    compare.numbers(kind.name, simulated.bank_accesses.*kind.member, accesses.*kind.member);
  }
  return compare.take();
}

}  // namespace minerva
