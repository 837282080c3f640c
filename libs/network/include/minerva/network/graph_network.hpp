#pragma once
#include <Eigen/Core>
#include <string>
#include <vector>

#include "minerva/network/layer_graph.hpp"
#include "minerva/network/network.hpp"

namespace minerva {

/// The numbers of a layer of a graph. `weights` is channels x fan-in, column-major; its columns are
/// in the order of docs/layers.md: kernel row, kernel column, channel of the group. Both are empty
/// for pools.
struct LayerParameters {
  Eigen::MatrixXf weights;
  Eigen::VectorXf biases;
};

/// A trained network of any layers. Its class is the largest output, the first of equal ones.
struct GraphNetwork {
  LayerGraph graph;
  std::vector<LayerParameters> layers;
  std::string trained_by;  ///< how it was made, for reports
};

/// Throws UserError naming `where` and the layer unless every layer has the numbers that its kind
/// needs, and all of them are finite.
void check_graph_network(const GraphNetwork& network, const std::string& where);

/// The same network as a graph, and a dense chain as a Network (a contract that it is one).
GraphNetwork graph_network(const Network& network);
Network chain_network(const GraphNetwork& network);

/// A dense chain that reads a tensor of this shape and as many words; its own where `input` has
/// none, which means that it is not known.
LayerGraph graph_with_input(const LayerGraph& chain, const TensorShape& input);
/// Throws UserError naming the network unless it is a dense chain, which is all that `who` takes:
/// "the SystemC model".
void require_dense_chain(const LayerGraph& graph, const std::string& who);

/// A batch normalization behind a layer's sums: (sum - mean) * scale / sqrt(variance + epsilon) +
/// offset, each a number a channel.
struct BatchNormalization {
  Eigen::VectorXf scale;
  Eigen::VectorXf offset;
  Eigen::VectorXf mean;
  Eigen::VectorXf variance;
  double epsilon = 1e-5;
};
/// Folds it into weights and biases, each rounded to float once. Throws UserError naming `where`
/// unless there is a number a channel and every variance + epsilon is positive.
void fold_batch_normalization(LayerParameters& layer, const BatchNormalization& batch_norm,
                              const std::string& where);

}  // namespace minerva
