#pragma once
#include <vector>

#include "kernels.hpp"
#include "minerva/data/sample_inputs.hpp"
#include "minerva/network/layer_shape.hpp"

namespace minerva {

/// A layer laid out for the float engine.
struct FloatLayer {
  LayerKind kind = LayerKind::dense;
  int n_in = 0;
  int n_out = 0;
  int row = 0;  ///< padded n_out
  kernels::AlignedVector<float> weights;
  std::vector<float> biases;  ///< padded with 0
};

/// What a layer reads: the sums of the layer before it, of which the ReLU is still to be taken, or,
/// where these are null, one sample of the inputs.
struct FloatWords {
  const float* sums = nullptr;
  const SampleInputs* inputs = nullptr;
  Eigen::Index sample = 0;
};

}  // namespace minerva
