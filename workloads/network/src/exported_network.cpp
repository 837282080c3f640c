#include "minerva/workloads/exported_network.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva::workloads {
namespace {

using Parameters = std::vector<HostTensor>;

const HostTensor& named(const Parameters& all, const std::string& name) {
  for (const HostTensor& each : all) {
    if (each.name == name) return each;
  }
  throw ContractViolation("no parameter " + name);
}

Eigen::VectorXf vector_of(const HostTensor& tensor) {
  Eigen::VectorXf values(static_cast<Eigen::Index>(tensor.values.size()));
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    values(static_cast<Eigen::Index>(i)) = static_cast<float>(tensor.values[i]);
  }
  return values;
}

/// Filters (out, in, row, column) with columns in the order row, column, channel.
LayerParameters of_filters(const HostTensor& filters, const HostTensor& biases) {
  const std::int64_t out = filters.shape[0];
  const std::int64_t in = filters.shape[1];
  const std::int64_t window = filters.shape[2] * filters.shape[3];
  LayerParameters layer{Eigen::MatrixXf(out, in * window), vector_of(biases)};
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t c = 0; c < in; ++c) {
      for (std::int64_t k = 0; k < window; ++k) {
        layer.weights(o, k * in + c) =
            static_cast<float>(filters.values[static_cast<std::size_t>((o * in + c) * window + k)]);
      }
    }
  }
  return layer;
}

/// Weights (in, out) behind a tensor of so many channels, whose rows are in the order channel,
/// position; 1 channel: a vector.
LayerParameters of_dense(const HostTensor& weights, const HostTensor& biases,
                         std::int64_t channels) {
  const std::int64_t in = weights.shape[0];
  const std::int64_t out = weights.shape[1];
  const std::int64_t positions = in / channels;
  LayerParameters layer{Eigen::MatrixXf(out, in), vector_of(biases)};
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t p = 0; p < positions; ++p) {
      for (std::int64_t o = 0; o < out; ++o) {
        layer.weights(o, p * channels + c) = static_cast<float>(
            weights.values[static_cast<std::size_t>((c * positions + p) * out + o)]);
      }
    }
  }
  return layer;
}

ExportedNetwork autoencoder(const Parameters& all) {
  const HostTensor& mean = named(all, "mean weights");
  ExportedNetwork exported;
  exported.network.graph =
      parse_layer_graph(std::to_string(mean.shape[0]) + " " + std::to_string(mean.shape[1]) + "n " +
                            std::to_string(mean.shape[0]),
                        "autoenc");
  exported.network.layers = {
      of_dense(mean, named(all, "mean biases"), 1),
      of_dense(named(all, "output weights"), named(all, "output biases"), 1)};
  exported.left_out = {
      "The logarithm of the variance and the drawn sample: the mean takes the sample's place."};
  exported.covered_types = {"MatMul"};
  return exported;
}

std::string extent(const HostTensor& images) {
  return std::to_string(images.shape[2]) + "x" + std::to_string(images.shape[3]) + "x" +
         std::to_string(images.shape[1]);
}

ExportedNetwork alexnet(const Parameters& all, const HostTensor& images) {
  const auto filters = [&](int i) -> const HostTensor& {
    return named(all, "conv" + std::to_string(i) + " filters");
  };
  const auto count = [&](int i) { return "c" + std::to_string(filters(i).shape[0]); };
  const auto neurons = [&](int i) {
    return std::to_string(named(all, "dense" + std::to_string(i) + " weights").shape[1]);
  };
  ExportedNetwork exported;
  // SAME padding of 11 x 11 windows at stride 4 is lopsided: 3 before and 4 behind.
  exported.network.graph =
      parse_layer_graph(extent(images) + " " + count(1) + "k11s4p3x3x4x4 m3s2 " + count(2) +
                            "k5p2 m3s2 " + count(3) + "k3p1 " + count(4) + "k3p1 " + count(5) +
                            "k3p1 m3s2 " + neurons(1) + " " + neurons(2) + " " + neurons(3),
                        "alexnet");
  for (int k = 0, convolution = 1; k < exported.network.graph.layers(); ++k) {
    if (exported.network.graph.layer(k).kind == GraphLayerKind::conv2d) {
      exported.network.layers.push_back(of_filters(
          filters(convolution), named(all, "conv" + std::to_string(convolution) + " biases")));
      ++convolution;
    } else if (exported.network.graph.layer(k).kind == GraphLayerKind::max_pool) {
      exported.network.layers.emplace_back();
    }
  }
  for (int i = 1; i <= 3; ++i) {
    const std::string name = "dense" + std::to_string(i);
    exported.network.layers.push_back(of_dense(named(all, name + " weights"),
                                               named(all, name + " biases"),
                                               i == 1 ? filters(5).shape[0] : 1));
  }
  exported.left_out = {
      "The two local response normalizations: their layers read unnormalized values.",
      "Dropout and softmax, which inference on the machine does not have."};
  exported.covered_types = {"Conv2D", "MatMul", "Relu", "MaxPool", "Pad"};
  return exported;
}

ExportedNetwork deepq(const Parameters& all, const HostTensor& states) {
  const auto filters = [&](int i) -> const HostTensor& {
    return named(all, "conv" + std::to_string(i) + " weights");
  };
  const auto count = [&](int i) { return "c" + std::to_string(filters(i).shape[0]); };
  ExportedNetwork exported;
  exported.network.graph =
      parse_layer_graph(extent(states) + " " + count(1) + "k8s4 " + count(2) + "k4s2 " + count(3) +
                            "k3 " + std::to_string(named(all, "dense1 weights").shape[1]) + " " +
                            std::to_string(named(all, "dense2 weights").shape[1]),
                        "deepq");
  for (int i = 1; i <= 3; ++i) {
    exported.network.layers.push_back(
        of_filters(filters(i), named(all, "conv" + std::to_string(i) + " biases")));
  }
  exported.network.layers.push_back(
      of_dense(named(all, "dense1 weights"), named(all, "dense1 biases"), filters(3).shape[0]));
  exported.network.layers.push_back(
      of_dense(named(all, "dense2 weights"), named(all, "dense2 biases"), 1));
  exported.left_out = {"The game, the replay memory and the choice of the best action."};
  exported.covered_types = {"Conv2D", "MatMul", "Relu"};
  return exported;
}

}  // namespace

bool can_be_exported(const std::string& workload) {
  return workload == "alexnet" || workload == "autoenc" || workload == "deepq";
}

ExportedNetwork exported_network(const Workload& workload) {
  const std::string name = workload.facts().name;
  if (!can_be_exported(name)) {
    throw UserError("fathom export", name, "has no export; needs one of alexnet, autoenc, deepq");
  }
  const Parameters parameters = workload.parameters();
  const HostTensor input = workload.inputs().front();
  ExportedNetwork exported = name == "autoenc"   ? autoencoder(parameters)
                             : name == "alexnet" ? alexnet(parameters, input)
                                                 : deepq(parameters, input);
  exported.network.trained_by = "fathom " + name + ", seed " +
                                std::to_string(workload.options().seed) + ", variant " +
                                to_string(workload.options().variant);
  check_graph_network(exported.network, name);
  return exported;
}

Eigen::MatrixXf exported_inputs(const Workload& workload, std::int64_t most_examples) {
  const HostTensor input = workload.inputs().front();
  const std::int64_t examples = std::min(most_examples, input.shape[0]);
  const std::int64_t channels = input.shape.size() == 4 ? input.shape[1] : 1;
  const auto words = static_cast<std::int64_t>(input.values.size()) / input.shape[0];
  const std::int64_t positions = words / channels;
  Eigen::MatrixXf inputs(words, examples);
  for (std::int64_t i = 0; i < examples; ++i) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t p = 0; p < positions; ++p) {
        inputs(p * channels + c, i) = static_cast<float>(
            input.values[static_cast<std::size_t>((i * channels + c) * positions + p)]);
      }
    }
  }
  return inputs;
}

std::vector<LayerZeros> measured_zeros(const GraphNetwork& network, const Eigen::MatrixXf& inputs,
                                       int threads) {
  std::vector<LayerZeros> zeros;
  for (int k = 0; k < network.graph.layers(); ++k) {
    const GraphLayer& layer = network.graph.layer(k);
    if (!layer.has_weights()) continue;
    // The network up to this layer, which as the last one gives its sums: those of 0 or less
    // become the zeros of a ReLU.
    GraphNetwork part;
    part.graph = LayerGraph(network.graph.input());
    for (int i = 0; i <= k; ++i) part.graph.add(network.graph.layer(i), "network");
    check_graph(part.graph, "network");
    part.layers.assign(network.layers.begin(), network.layers.begin() + k + 1);
    const Eigen::MatrixXf sums = float_outputs(part, SampleInputs(inputs), threads);
    LayerZeros each{layer_text(layer, k), 0, layer.relu};
    if (layer.relu) {
      each.outputs_zero =
          static_cast<double>((sums.array() <= 0).count()) / static_cast<double>(sums.size());
    }
    zeros.push_back(each);
  }
  return zeros;
}

}  // namespace minerva::workloads
