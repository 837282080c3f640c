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
  std::vector<std::vector<LayerCycles>> all;
  if (!point.reads_ahead()) {
    const auto of_one = static_cast<std::size_t>(network.graph.inputs());
    for (const std::vector<std::int16_t>& batch : batches_of(inputs, point.batch_size)) {
      LanePipeline pipeline = pipeline_of(point);
      pipeline.batch_size = static_cast<int>(batch.size() / of_one);
      all.push_back(!all.empty() && pipeline.batch_size == point.batch_size
                        ? all.front()
                        : count_cycles(machine.network, pipeline));
    }
    return all;
  }
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

namespace {

/// The words of each prediction of a batch, one behind the other.
template <typename Word>
std::vector<Word> joined(const std::vector<const std::vector<Word>*>& of_each) {
  std::vector<Word> all;
  for (const std::vector<Word>* each : of_each) all.insert(all.end(), each->begin(), each->end());
  return all;
}

/// What the integer reference computes for a batch.
class ReferenceBatch {
 public:
  /// `first` points to the inputs of so many predictions.
  ReferenceBatch(const QuantizedGraph& network, const std::vector<std::int16_t>* first,
                 std::size_t predictions)
      : network_(network) {
    for (std::size_t s = 0; s < predictions; ++s) {
      traces_.push_back(trace_graph(network, first[s].data()));
    }
  }
  const std::vector<GraphTrace>& traces() const { return traces_; }

  TensorsOfBatch tensors(int k) const {
    TensorsOfBatch all;
    const auto read = static_cast<std::size_t>(network_.graph.layer(k).reads);
    for (const GraphTrace& trace : traces_) all.push_back(&trace.tensors[read]);
    return all;
  }
  std::vector<std::int64_t> accumulators(int k) const {
    std::vector<const std::vector<std::int64_t>*> all;
    for (const GraphTrace& trace : traces_) {
      all.push_back(&trace.accumulators[static_cast<std::size_t>(k)]);
    }
    return joined(all);
  }

  /// What the inputs of layer k did.
  LayerActivity activity(int k, const DesignPoint& point) const {
    const LayerGraph& graph = network_.graph;
    const QuantizedLayer& layer = network_.layer(k);
    LayerActivity sum;
    for (const std::vector<std::int32_t>* tensor : tensors(k)) {
      sum += tensor_activity(graph, k, layer, *tensor, point.inputs_per_cycle(),
                             point.positions_per_weight);
    }
    if (graph.layer(k).kind == GraphLayerKind::dense) {
      sum.kept_tile_inputs = kept_by_tiles(layer, tensors(k), point.positions_per_weight);
    }
    return sum;
  }

 private:
  const QuantizedGraph& network_;
  std::vector<GraphTrace> traces_;
};

/// Holds one batch of the simulation against the reference and the closed form.
void compare_batch(const MachineConfiguration& machine, const QuantizedGraph& network,
                   const ReferenceBatch& reference, const SimulatedBatch& simulated,
                   const std::string& place, Comparison& compare) {
  const DesignPoint& point = machine.point;
  ActivityProfile activity;
  activity.chunk = point.inputs_per_cycle();
  activity.tile = point.positions_per_weight;
  activity.batch_size = point.batch_size;
  activity.samples = static_cast<std::int64_t>(reference.traces().size());
  for (int k = 0; k < network.graph.layers(); ++k) {
    activity.layers.push_back(reference.activity(k, point));
  }
  if (point.reads_ahead()) {
    count_read_ahead(kept_inputs(network, reference.traces().front()), read_ahead_of(point),
                     activity);
  }
  const std::vector<GraphEventCounts> events = count_events(machine, activity);
  for (int layer = 0; layer < network.graph.layers(); ++layer) {
    const auto k = static_cast<std::size_t>(layer);
    compare.at(place + "layer " + std::to_string(layer + 1) + ", ");
    const LayerCycles cycles = count_cycles(machine, layer, activity);
    for (const CycleName& cause : cycle_names()) {
      compare.number(std::string(cause.name) + " cycles", simulated.cycles.at(k).*cause.member,
                     cycles.*cause.member);
    }
    for (const GraphEventName& event : graph_event_names()) {
      compare.number(event.name, simulated.events.at(k).*event.member, events[k].*event.member);
    }
    if (!machine.network.facts(layer).fused) {
      compare.read_words(simulated.inputs[k], joined(reference.tensors(layer)));
    }
    compare.numbers("accumulator", simulated.accumulators[k], reference.accumulators(layer));
  }
}

}  // namespace

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
  const std::vector<int> classes = simulated.predicted_classes();
  const auto batch_size = static_cast<std::size_t>(point.batch_size);
  for (std::size_t first = 0; first < inputs.size(); first += batch_size) {
    const std::size_t predictions = std::min(batch_size, inputs.size() - first);
    const ReferenceBatch reference(network, inputs.data() + first, predictions);
    for (int k = 0; k < graph.layers(); ++k) {
      add_bank_activity(graph, k, network.layer(k), reference.tensors(k),
                        point.positions_per_weight, bank_activity[static_cast<std::size_t>(k)]);
    }
    const auto place = [&](std::size_t s) { return "sample " + std::to_string(s) + ", "; };
    compare_batch(machine, network, reference, simulated.batches.at(first / batch_size),
                  place(first), compare);
    for (std::size_t s = 0; s < predictions; ++s) {
      compare.at(place(first + s));
      compare.number("class", classes.at(first + s), reference.traces()[s].predicted_class);
    }
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
