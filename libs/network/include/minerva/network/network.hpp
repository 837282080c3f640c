#pragma once
#include <Eigen/Core>
#include <string>
#include <vector>

#include "minerva/network/quantization_plan.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// One layer with its numbers. Those of a dense layer: `weights` is n_out x n_in, column-major, so
/// that the weights that input j feeds are contiguous, as in every array of this project; a bias a
/// neuron.
struct NetworkLayer {
  Eigen::MatrixXf weights;
  Eigen::VectorXf biases;
  LayerKind kind = LayerKind::dense;
};

/// A trained network: ReLU between layers, the class is the largest output.
struct Network {
  std::vector<NetworkLayer> layers;
  std::string trained_by;  ///< how it was made: options and seed, for reports
  /// Shape of the samples that it was trained on, or of the data set that it runs on. Without
  /// words: not known, as in a network file, and then the vector that the first layer reads.
  TensorShape input;

  TensorShape input_shape() const;
  Topology topology() const;
};

/// The network with the plan's scales in its weights and biases: layer k's outputs are 2^s times as
/// large. Multiplying by powers of two is exact, short of overflow and underflow.
Network scaled_network(const Network& network, const QuantizationPlan& plan);

/// Throws UserError naming `where` unless the shapes chain and every number is finite.
void check_network(const Network& network, const std::string& where);

}  // namespace minerva
