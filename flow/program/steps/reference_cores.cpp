#include "reference_cores.hpp"

#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::flow {
namespace {

// Gates simulate some 100,000 multiplications a second. Assumptions: so many tell how a network
// switches, and a larger one switches as a part of it.
constexpr std::int64_t kMostMacs = 1400000;  // of a core, in all of its predictions
constexpr std::int64_t kMostMacsOfAPrediction =
    500000;  // of larger networks, some neurons are left
constexpr int kLanes = 8;
constexpr int kMacs = 2;  // of the machine that all rows are of
constexpr int kFewMacs = 1, kManyMacs = 4;
constexpr int kWritePorts = 2;

/// Evenly spaced numbers below n, so many.
std::vector<int> spaced(int n, int many) {
  std::vector<int> numbers;
  for (int i = 0; i < many; ++i) {
    numbers.push_back(static_cast<int>(std::int64_t{i} * n / many));
  }
  return numbers;
}

std::int64_t macs_of(const QuantizedNetwork& network) {
  return LayerGraph(network.topology()).mac_count();
}

/// The network with so many of its neurons in each hidden layer at most, without faults.
QuantizedNetwork cut(const QuantizedNetwork& whole, int most_neurons) {
  QuantizedNetwork network = whole;
  network.mitigation = {};
  std::vector<int> inputs = spaced(whole.layers.front().n_in, whole.layers.front().n_in);
  for (std::size_t k = 0; k < whole.layers.size(); ++k) {
    const QuantizedLayer& from = whole.layers[k];
    QuantizedLayer& to = network.layers[k];
    const bool outputs = k + 1 == whole.layers.size();
    const std::vector<int> neurons =
        spaced(from.n_out, outputs ? from.n_out : std::min(from.n_out, most_neurons));
    to.n_in = static_cast<int>(inputs.size());
    to.n_out = static_cast<int>(neurons.size());
    to.formats.codebook = {};  // what is measured has codes of W in its memories
    to.weights.clear();
    to.biases.clear();
    to.faulty_bits.clear();
    for (const int j : inputs) {
      for (const int i : neurons) to.weights.push_back(from.weights[from.index(j, i)]);
    }
    for (const int i : neurons) to.biases.push_back(from.biases[static_cast<std::size_t>(i)]);
    inputs = neurons;
  }
  return network;
}

/// The network with biases so low that no hidden neuron is active when no input is.
QuantizedGraph without_activations(QuantizedGraph network) {
  for (QuantizedLayer& layer : network.layers) {
    const auto lowest = layer.formats.product.min_code();
    for (auto& bias : layer.biases)
      bias = static_cast<std::remove_reference_t<decltype(bias)>>(lowest);
  }
  return network;
}

/// @param setup whose network gives the format of the inputs
ReferenceMachine machine_of(QuantizedGraph network, const EvaluationSetup& setup, int macs,
                            int stages, double clock_ns, int threads) {
  DesignPoint point;
  point.lanes = kLanes;
  point.macs_per_lane = point.weight_bandwidth = point.activation_bandwidth = macs;
  point.write_ports = kWritePorts;
  point.multiplier_stages = stages;
  point.clock_period_ns = clock_ns;
  FixedEvaluator evaluator(setup.samples, {}, threads);
  ReferenceMachine made;
  made.machine = machine_configuration(network, point);
  made.events = core_events(
      made.machine, evaluator.evaluate(network, counting_for(network.graph, point)).activity);
  made.network = std::move(network);
  made.inputs = codes_of_each(setup);
  return made;
}

/// All of the network where it is small enough, since the operands of its layers differ.
QuantizedGraph network_of_cores(const QuantizedGraph& whole) {
  if (!whole.graph.is_dense_chain()) {
    const std::int64_t macs = whole.graph.mac_count();
    if (macs > kMostMacs) {
      throw UserError(
          "characterize: --technology", to_string(whole.graph),
          "needs a network of at most " + std::to_string(kMostMacs) +
              " multiplications a prediction for its cores in gates, and this one has " +
              std::to_string(macs));
    }
    QuantizedGraph network = whole;
    network.mitigation = {};
    for (QuantizedLayer& layer : network.layers) {
      layer.faulty_bits.clear();
      layer.formats.codebook = {};  // what is measured has codes of W in its memories
    }
    return network;
  }
  const QuantizedNetwork network = chain_network(whole);
  int most_neurons = 0;
  for (const QuantizedLayer& layer : network.layers) {
    most_neurons = std::max(most_neurons, layer.n_out);
  }
  QuantizedNetwork dense = cut(network, most_neurons);
  while (macs_of(dense) > kMostMacsOfAPrediction && most_neurons > 1) {
    most_neurons /= 2;
    dense = cut(network, most_neurons);
  }
  return quantized_graph(dense);
}

}  // namespace

ReferencePlan reference_plan(const QuantizedGraph& network, const EvaluationSetup& setup,
                             const QuantizedGraph& wide, double clock_ns, int threads) {
  QuantizedGraph dense = network_of_cores(network);
  EvaluationSetup few = setup;
  few.samples = setup.samples.head(
      std::clamp<std::int64_t>(kMostMacs / dense.graph.mac_count(), 1, setup.samples.size()));
  QuantizedGraph kept = dense;
  for (QuantizedLayer& layer : dense.layers) layer.theta_code = 0;
  for (int k = 0; k < kept.graph.layers(); ++k) {
    QuantizedLayer& layer = kept.layers[static_cast<std::size_t>(k)];
    if (kept.graph.layer(k).has_weights()) layer.theta_code = std::max(layer.theta_code, 1);
  }
  ReferencePlan plan;
  for (const int macs : {kMacs, kFewMacs, kManyMacs}) {
    for (const int stages : {1, 2}) {
      for (const QuantizedGraph& of : {dense, kept}) {
        plan.machines.push_back(machine_of(of, few, macs, stages, clock_ns, threads));
      }
    }
  }
  const auto add_zeros_of = [&](std::size_t machine) {
    ReferenceMachine zeros = plan.machines[machine];  // nothing is skipped, so counts are equal
    zeros.network = without_activations(zeros.network);
    zeros.inputs.assign(1, std::vector<std::int16_t>(zeros.inputs.front().size(), 0));
    plan.machines.push_back(std::move(zeros));
  };
  add_zeros_of(0);
  add_zeros_of(2);
  EvaluationSetup of_wide = few;
  of_wide.network = wide;
  for (const int stages : {1, 2}) {
    plan.machines.push_back(
        machine_of(network_of_cores(wide), of_wide, kMacs, stages, clock_ns, threads));
  }
  const std::size_t first_wide = plan.machines.size() - 2;
  add_zeros_of(first_wide);
  add_zeros_of(first_wide + 1);
  return plan;
}

circuit::ReferenceCores measured_cores(const ReferencePlan& plan,
                                       const circuit::ValidationOptions& options,
                                       const circuit::ValidationProgress& progress) {
  const circuit::CoreValidation validation(options);
  std::int64_t all = 0;
  for (const ReferenceMachine& of : plan.machines) {
    all += static_cast<std::int64_t>(of.inputs.size());
  }
  std::int64_t before = 0;
  std::int64_t reused_before = 0;
  std::vector<circuit::ReferenceCore> cores;
  for (const ReferenceMachine& of : plan.machines) {
    std::int64_t reused_here = 0;
    circuit::ReferenceCore core;
    core.structure = structure_of(of.machine);
    core.events = of.events;
    core.figures = validation.run(of.network, of.machine, of.inputs,
                                  [&](std::int64_t done, std::int64_t, std::int64_t reused) {
                                    reused_here = reused;
                                    progress(before + done, all, reused_before + reused);
                                  });
    before += static_cast<std::int64_t>(of.inputs.size());
    reused_before += reused_here;
    cores.push_back(std::move(core));
  }
  // By MACs, stages and thresholds, and by stages, as reference_plan() has them.
  expects(cores.size() == 18, "measured_cores: eighteen machines");
  return {cores[0],
          cores[1],
          cores[2],
          cores[3],
          {cores[4], cores[5]},
          {cores[8], cores[9]},
          {cores[6], cores[7]},
          {cores[10], cores[11]},
          cores[12],
          cores[13],
          cores[14],
          cores[15],
          cores[16],
          cores[17]};
}

}  // namespace minerva::flow
