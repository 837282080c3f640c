#include "minerva/accelsim/verify_point.hpp"

#include <algorithm>

#include "minerva/accelsim/bank_activity.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/design/read_ahead.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "tensor_activity.hpp"

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
  /// Words of a tensor that some window has. How many those are is seen in the counts.
  void read_words(const std::vector<std::int32_t>& simulated,
                  const std::vector<std::int32_t>& expected) {
    number("size of input", simulated.size(), expected.size());
    for (std::size_t i = 0; i < std::min(simulated.size(), expected.size()); ++i) {
      if (simulated[i] == kNotRead) continue;
      number("input " + std::to_string(i), simulated[i], expected[i]);
    }
  }
  std::vector<std::string> take() { return std::move(differences_); }

 private:
  std::string place_;
  std::vector<std::string> differences_;
};

/// What the dense layers keep of one sample.
KeptInputs kept_inputs(const QuantizedGraph& network, const GraphTrace& trace) {
  KeptInputs kept(network.graph.topology(), 1);
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const std::vector<std::int32_t>& inputs = trace.tensors[k];
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      if (!network.layers[k].skips(inputs[j])) kept.layers[k].keep(0, static_cast<int>(j));
    }
  }
  return kept;
}

}  // namespace

std::vector<std::vector<LayerCycles>> cycles_of_each(
    const QuantizedGraph& network, const DesignPoint& point,
    const std::vector<std::vector<std::int16_t>>& inputs) {
  const MachineConfiguration machine = machine_configuration(network, point);
  if (!point.reads_ahead()) {
    return std::vector<std::vector<LayerCycles>>(inputs.size(),
                                                 count_cycles(machine.network, point));
  }
  std::vector<std::vector<LayerCycles>> all;
  for (const auto& input : inputs) {
    ActivityProfile activity;
    activity.samples = 1;
    activity.layers.resize(network.layers.size());
    count_read_ahead(kept_inputs(network, trace_graph(network, input.data())), read_ahead_of(point),
                     activity);
    all.emplace_back();
    for (int k = 0; k < machine.network.layers(); ++k) {
      all.back().push_back(count_cycles(machine, k, activity));
    }
  }
  return all;
}

std::vector<std::string> verify_point(const QuantizedGraph& network, const DesignPoint& point,
                                      const std::vector<std::vector<std::int16_t>>& inputs,
                                      SimulationModel model) {
  return verify_result(network, point, inputs, simulate(network, point, inputs, model));
}

std::vector<std::string> verify_point(const QuantizedNetwork& network, const DesignPoint& point,
                                      const std::vector<std::vector<std::int16_t>>& inputs,
                                      SimulationModel model) {
  return verify_point(quantized_graph(network), point, inputs, model);
}

std::vector<std::string> verify_result(const QuantizedNetwork& network, const DesignPoint& point,
                                       const std::vector<std::vector<std::int16_t>>& inputs,
                                       const SimulationResult& simulated) {
  return verify_result(quantized_graph(network), point, inputs, simulated);
}

std::vector<std::string> verify_result(const QuantizedGraph& network, const DesignPoint& point,
                                       const std::vector<std::vector<std::int16_t>>& inputs,
                                       const SimulationResult& simulated) {
  const LayerGraph& graph = network.graph;
  const MachineConfiguration machine = machine_configuration(network, point);
  std::vector<BankActivity> bank_activity(network.layers.size());
  for (int k = 0; k < graph.layers(); ++k) {
    bank_activity[static_cast<std::size_t>(k)].kept_inputs.resize(
        static_cast<std::size_t>(graph.layer(k).groups) *
        static_cast<std::size_t>(point.weight_banks_per_lane()));
  }
  Comparison compare;
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    const SimulatedPrediction& prediction = simulated.samples.at(s);
    const GraphTrace trace = trace_graph(network, inputs[s].data());
    ActivityProfile activity;
    activity.chunk = point.inputs_per_cycle();
    activity.tile = point.positions_per_weight;
    activity.samples = 1;
    for (int k = 0; k < graph.layers(); ++k) {
      const auto& tensor = trace.tensors[static_cast<std::size_t>(graph.layer(k).reads)];
      activity.layers.push_back(
          tensor_activity(graph, k, network.layer(k), tensor, activity.chunk, activity.tile));
      add_bank_activity(graph, k, network.layer(k), tensor, activity.tile,
                        bank_activity[static_cast<std::size_t>(k)]);
    }
    if (point.reads_ahead()) {
      count_read_ahead(kept_inputs(network, trace), read_ahead_of(point), activity);
    }
    const std::vector<GraphEventCounts> events = count_events(machine, activity);
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
      compare.at("sample " + std::to_string(s) + ", layer " + std::to_string(k + 1) + ", ");
      const LayerCycles cycles = count_cycles(machine, static_cast<int>(k), activity);
      for (const CycleName& cause : cycle_names()) {
        compare.number(std::string(cause.name) + " cycles", prediction.cycles.at(k).*cause.member,
                       cycles.*cause.member);
      }
      for (const GraphEventName& event : graph_event_names()) {
        compare.number(event.name, prediction.events.at(k).*event.member, events[k].*event.member);
      }
      if (!machine.network.facts(static_cast<int>(k)).fused) {
        compare.read_words(
            prediction.inputs[k],
            trace.tensors[static_cast<std::size_t>(graph.layer(static_cast<int>(k)).reads)]);
      }
      compare.numbers("accumulator", prediction.accumulators[k], trace.accumulators[k]);
    }
    compare.at("sample " + std::to_string(s) + ", ");
    compare.number("class", prediction.predicted_class, trace.predicted_class);
  }
  const BankAccesses accesses = count_bank_accesses(machine.network, point, bank_activity,
                                                    static_cast<std::int64_t>(inputs.size()));
  compare.at("banks, ");
  for (const BankAccessName& kind : bank_access_names()) {
    compare.numbers(kind.name, simulated.bank_accesses.*kind.member, accesses.*kind.member);
  }
  return compare.take();
}

}  // namespace minerva
