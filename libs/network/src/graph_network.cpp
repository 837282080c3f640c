#include "minerva/network/graph_network.hpp"

#include <cmath>
#include <string>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {

void check_graph_network(const GraphNetwork& network, const std::string& where) {
  const LayerGraph& graph = network.graph;
  if (static_cast<int>(network.layers.size()) != graph.layers()) {
    throw UserError(where, std::to_string(network.layers.size()) + " layers of numbers",
                    "the network has " + std::to_string(graph.layers()) + " layers");
  }
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    const LayerParameters& numbers = network.layers[static_cast<std::size_t>(k)];
    const auto refuse = [&](const std::string& cause) {
      throw UserError(where, layer_name(layer, k), cause);
    };
    const Eigen::Index rows = layer.has_weights() ? layer.channels : 0;
    if (numbers.weights.rows() != rows || numbers.weights.cols() != layer.fan_in()) {
      refuse("has " + std::to_string(numbers.weights.rows()) + " x " +
             std::to_string(numbers.weights.cols()) + " weights, but needs " +
             std::to_string(rows) + " x " + std::to_string(layer.fan_in()));
    }
    if (numbers.biases.size() != layer.bias_count()) {
      refuse("has " + std::to_string(numbers.biases.size()) + " biases for " +
             std::to_string(layer.bias_count()) + " channels");
    }
    if (!numbers.weights.allFinite() || !numbers.biases.allFinite()) {
      refuse("holds a number that is not finite");
    }
  }
}

GraphNetwork graph_network(const Network& network) {
  GraphNetwork graph{LayerGraph(network.topology()), {}, network.trained_by};
  for (const NetworkLayer& layer : network.layers) {
    graph.layers.push_back({layer.weights, layer.biases});
  }
  return graph;
}

Network chain_network(const GraphNetwork& network) {
  expects(network.graph.is_dense_chain(), "only a dense chain is a Network");
  Network chain;
  for (const LayerParameters& layer : network.layers) {
    chain.layers.push_back({layer.weights, layer.biases, LayerKind::dense});
  }
  chain.trained_by = network.trained_by;
  chain.input = network.graph.input();
  return chain;
}

LayerGraph graph_with_input(const LayerGraph& chain, const TensorShape& input) {
  if (input.size() == 0) return chain;
  expects(chain.is_dense_chain() && chain.inputs() == input.size(),
          "graph_with_input: a chain of as many words");
  std::vector<int> neurons;
  for (int k = 0; k < chain.layers(); ++k) neurons.push_back(chain.layer(k).channels);
  return LayerGraph(Topology(input, neurons));
}

void require_dense_chain(const LayerGraph& graph, const std::string& who) {
  if (graph.is_dense_chain()) return;
  throw UserError("network", network_text(graph),
                  "needs fully connected layers alone: " + who + " takes no others");
}

void fold_batch_normalization(LayerParameters& layer, const BatchNormalization& batch_norm,
                              const std::string& where) {
  const Eigen::Index channels = layer.weights.rows();
  for (const Eigen::VectorXf* v :
       {&batch_norm.scale, &batch_norm.offset, &batch_norm.mean, &batch_norm.variance}) {
    if (v->size() != channels) {
      throw UserError(
          where, std::to_string(v->size()) + " numbers",
          "a batch normalization of " + std::to_string(channels) + " channels needs one a channel");
    }
  }
  for (Eigen::Index c = 0; c < channels; ++c) {
    const double square = double{batch_norm.variance[c]} + batch_norm.epsilon;
    if (!(square > 0)) {
      throw UserError(where, std::to_string(square),
                      "variance and epsilon of a batch normalization must be positive together");
    }
    const double factor = batch_norm.scale[c] / std::sqrt(square);
    layer.weights.row(c) = (layer.weights.row(c).cast<double>() * factor).cast<float>();
    const double centred = double{layer.biases[c]} - batch_norm.mean[c];
    layer.biases[c] = static_cast<float>(batch_norm.offset[c] + centred * factor);
  }
}

}  // namespace minerva
