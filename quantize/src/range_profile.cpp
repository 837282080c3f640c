#include "minerva/quantize/range_profile.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/engine/float_engine.hpp"

namespace minerva::quantize {

int LayerRange::integer_bits(double value) {
  int m = 1;
  while (value >= std::ldexp(1.0, m - 1)) ++m;
  return m;
}

std::vector<LayerRange> profile_ranges(const Network& network, const Samples& samples) {
  std::vector<LayerRange> ranges;
  Network below;  // the layers up to this one
  Eigen::VectorXf largest_x = samples.inputs.largest_magnitudes();
  for (const NetworkLayer& layer : network.layers) {
    const Eigen::VectorXf largest_w = layer.weights.cwiseAbs().colwise().maxCoeff().transpose();
    ranges.push_back(
        {largest_w.maxCoeff(), largest_x.maxCoeff(), largest_x.cwiseProduct(largest_w).maxCoeff()});
    below.layers.push_back(layer);
    largest_x = float_outputs(below, samples.inputs).cwiseMax(0.0F).rowwise().maxCoeff();
  }
  return ranges;
}

}  // namespace minerva::quantize
