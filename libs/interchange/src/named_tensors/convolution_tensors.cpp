#include "named_tensors/convolution_tensors.hpp"

namespace minerva {

Eigen::MatrixXf filters_of(const std::vector<float>& values, Eigen::Index filters,
                           Eigen::Index channels, Eigen::Index rows, Eigen::Index columns) {
  const Eigen::Index taps = rows * columns;
  Eigen::MatrixXf weights(filters, channels * taps);
  std::size_t from = 0;
  for (Eigen::Index m = 0; m < filters; ++m) {
    for (Eigen::Index c = 0; c < channels; ++c) {
      for (Eigen::Index t = 0; t < taps; ++t) weights(m, t * channels + c) = values[from++];
    }
  }
  return weights;
}

std::vector<LayerTensor> convolution_tensors(const GraphLayer& layer,
                                             const LayerParameters& numbers, std::size_t k) {
  const Eigen::Index channels = layer.input.channels / layer.groups;
  const Eigen::Index taps = layer.window.words();
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(numbers.weights.size()));
  for (Eigen::Index m = 0; m < numbers.weights.rows(); ++m) {
    for (Eigen::Index c = 0; c < channels; ++c) {
      for (Eigen::Index t = 0; t < taps; ++t) {
        values.push_back(numbers.weights(m, t * channels + c));
      }
    }
  }
  const std::string number = std::to_string(k);
  return {{"w" + number,
           {layer.channels, channels, layer.window.height, layer.window.width},
           std::move(values)},
          {"b" + number,
           {numbers.biases.size()},
           {numbers.biases.data(), numbers.biases.data() + numbers.biases.size()}}};
}

}  // namespace minerva
