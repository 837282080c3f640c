#include "minerva/quantize/range_profile.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_engine.hpp"

namespace minerva::quantize {
namespace {

std::vector<LayerRange> profile_chain(const Network& network, const Samples& samples) {
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

/// The largest |x| of word j of a window: of a convolution, that of its channel anywhere.
Eigen::VectorXf largest_window_words(const GraphLayer& layer, const Eigen::VectorXf& tensor) {
  if (layer.kind == GraphLayerKind::dense) return tensor;
  const int channels = layer.input.channels;
  Eigen::VectorXf of_channel = Eigen::VectorXf::Zero(channels);
  for (Eigen::Index word = 0; word < tensor.size(); ++word) {
    float& largest = of_channel[word % channels];
    largest = std::max(largest, tensor[word]);
  }
  Eigen::VectorXf words(layer.fan_in());
  const int of_group = channels / layer.groups;
  for (Eigen::Index j = 0; j < words.size(); ++j) {
    // A depthwise filter has the words of one channel: the largest of all bounds it.
    words[j] = layer.groups == 1 ? of_channel[j % of_group] : of_channel.maxCoeff();
  }
  return words;
}

}  // namespace

int LayerRange::integer_bits(double value) {
  int m = 1;
  while (value >= std::ldexp(1.0, m - 1)) ++m;
  return m;
}

std::vector<LayerRange> profile_ranges(const GraphNetwork& network, const Samples& samples) {
  if (network.graph.is_dense_chain()) return profile_chain(chain_network(network), samples);
  const std::vector<Eigen::VectorXf> largest = largest_magnitudes(network, samples.inputs);
  std::vector<LayerRange> ranges;
  for (int k = 0; k < network.graph.layers(); ++k) {
    const GraphLayer& layer = network.graph.layer(k);
    const Eigen::VectorXf& tensor = largest[static_cast<std::size_t>(layer.reads)];
    LayerRange range{0, tensor.maxCoeff(), 0};
    if (layer.has_weights()) {
      const Eigen::MatrixXf& weights = network.layers[static_cast<std::size_t>(k)].weights;
      const Eigen::VectorXf largest_w = weights.cwiseAbs().colwise().maxCoeff().transpose();
      range.weight = largest_w.maxCoeff();
      range.product = largest_window_words(layer, tensor).cwiseProduct(largest_w).maxCoeff();
    }
    ranges.push_back(range);
  }
  return ranges;
}

}  // namespace minerva::quantize
