#include "minerva/engine/float_engine.hpp"

#include <algorithm>

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/engine/graph_engine.hpp"

namespace minerva {

Eigen::MatrixXf float_outputs(const Network& network, const SampleInputs& inputs, int threads) {
  expects(!network.layers.empty() && network.layers.front().weights.cols() == inputs.rows(),
          "float_outputs: inputs do not fit the network");
  std::vector<FloatLayer> layers;
  int widest = 0;
  for (const NetworkLayer& layer : network.layers) {
    layers.push_back(prepare_float_layer(layer));
    widest = std::max(widest, layers.back().row);
  }
  const std::int64_t samples = inputs.cols();
  Eigen::MatrixXf outputs(layers.back().n_out, samples);
  struct Worker {
    kernels::AlignedVector<float> acc;
    std::vector<kernels::FloatInput> kept;
  };
  const auto make = [&] {
    return Worker{kernels::AlignedVector<float>(static_cast<std::size_t>(widest)), {}};
  };
  const auto run_sample = [&](Worker& worker, std::int64_t s) {
    throw_if_interrupted();
    FloatWords words{nullptr, &inputs, s};
    for (const FloatLayer& layer : layers) {
      float_sums(layer, words, worker.kept, worker.acc.data());
      words.sums = worker.acc.data();
    }
    std::copy_n(worker.acc.data(), layers.back().n_out, outputs.col(s).data());
  };
  for_each_index_with(samples, threads, 64, make, run_sample, [](const Worker&) {});
  return outputs;
}

Eigen::MatrixXf float_outputs(const GraphNetwork& network, const SampleInputs& inputs,
                              int threads) {
  return network.graph.is_dense_chain() ? float_outputs(chain_network(network), inputs, threads)
                                        : graph_float_outputs(network, inputs, threads);
}

std::vector<std::int32_t> classes_of(const Eigen::MatrixXf& outputs) {
  std::vector<std::int32_t> classes(static_cast<std::size_t>(outputs.cols()));
  for (Eigen::Index s = 0; s < outputs.cols(); ++s) {
    const float* first = outputs.col(s).data();
    classes[static_cast<std::size_t>(s)] =
        static_cast<std::int32_t>(std::max_element(first, first + outputs.rows()) - first);
  }
  return classes;
}

std::int64_t count_wrong(const std::vector<std::int32_t>& classes,
                         const std::vector<std::int32_t>& labels) {
  expects(classes.size() == labels.size(), "count_wrong: classes and labels differ in number");
  std::int64_t wrong = 0;
  for (std::size_t s = 0; s < classes.size(); ++s) wrong += classes[s] != labels[s] ? 1 : 0;
  return wrong;
}

std::int64_t count_wrong(const Network& network, const Samples& samples, int threads) {
  return count_wrong(classes_of(float_outputs(network, samples.inputs, threads)), samples.labels);
}

std::int64_t count_wrong(const GraphNetwork& network, const Samples& samples, int threads) {
  return count_wrong(classes_of(float_outputs(network, samples.inputs, threads)), samples.labels);
}

}  // namespace minerva
