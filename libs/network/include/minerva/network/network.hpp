#pragma once
#include <Eigen/Core>
#include <string>
#include <vector>

#include "minerva/network/quantization_plan.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// One fully connected layer. `weights` is n_out x n_in, column-major: the weights that input j
/// feeds are contiguous, as in every array of this project.
struct DenseLayer {
  Eigen::MatrixXf weights;
  Eigen::VectorXf biases;  ///< n_out
};

/// A trained multilayer perceptron: ReLU between layers, the class is the largest output.
struct Network {
  std::vector<DenseLayer> layers;
  std::string trained_by;  ///< how it was made: options and seed, for reports

  Topology topology() const;
};

/// The network with the plan's scales in its weights and biases: layer k's outputs are 2^s times as
/// large. Multiplying by powers of two is exact, short of overflow and underflow.
Network scaled_network(const Network& network, const QuantizationPlan& plan);

/// Throws UserError naming `where` unless the shapes chain and every number is finite.
void check_network(const Network& network, const std::string& where);

}  // namespace minerva
