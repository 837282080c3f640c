#pragma once
#include <vector>

namespace minerva {

/// A layer for the float baselines: weights n_out x n_in, column-major.
struct FloatLayerView {
  int n_in;
  int n_out;
  const float* weights;
  const float* biases;
};

/// Outputs of a float multilayer perceptron by Eigen's matrix products on one thread, with the best
/// instructions that this machine has. `outputs`: n_out of the last layer x samples.
void eigen_forward(const std::vector<FloatLayerView>& layers, const float* inputs, int samples,
                   float* outputs);

}  // namespace minerva
