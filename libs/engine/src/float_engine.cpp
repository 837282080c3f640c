#include "minerva/engine/float_engine.hpp"

#include <algorithm>

#include "kernels.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {
struct PaddedLayer {
  int n_in = 0;
  int n_out = 0;
  int row = 0;
  kernels::AlignedVector<float> weights;
  std::vector<float> biases;
};
}  // namespace

Eigen::MatrixXf float_outputs(const Network& network, const SampleInputs& inputs, int threads) {
  expects(!network.layers.empty() && network.layers.front().weights.cols() == inputs.rows(),
          "float_outputs: inputs do not fit the network");
  std::vector<PaddedLayer> layers;
  int widest = 0;
  for (const DenseLayer& layer : network.layers) {
    PaddedLayer p{static_cast<int>(layer.weights.cols()),
                  static_cast<int>(layer.weights.rows()),
                  kernels::padded(static_cast<int>(layer.weights.rows())),
                  {},
                  {}};
    p.weights.assign(static_cast<std::size_t>(p.n_in) * static_cast<std::size_t>(p.row), 0.0F);
    p.biases.assign(static_cast<std::size_t>(p.row), 0.0F);
    for (int j = 0; j < p.n_in; ++j) {
      std::copy_n(layer.weights.col(j).data(), p.n_out,
                  p.weights.data() + static_cast<std::ptrdiff_t>(j) * p.row);
    }
    std::copy_n(layer.biases.data(), p.n_out, p.biases.data());
    widest = std::max(widest, p.row);
    layers.push_back(std::move(p));
  }
  const std::int64_t samples = inputs.cols();
  Eigen::MatrixXf outputs(layers.back().n_out, samples);
#pragma omp parallel num_threads(threads)
  {
    kernels::AlignedVector<float> acc(static_cast<std::size_t>(widest));
    std::vector<kernels::FloatInput> kept;
#pragma omp for schedule(dynamic, 64)
    for (std::int64_t s = 0; s < samples; ++s) {
      const float* x = nullptr;
      for (const PaddedLayer& layer : layers) {
        kept.clear();
        const auto keep = [&](Eigen::Index j, float value) {
          kept.push_back({static_cast<std::uint32_t>(j * layer.row), value});
        };
        if (&layer != &layers.front()) {
          for (int j = 0; j < layer.n_in; ++j) {
            if (x[j] > 0.0F) keep(j, x[j]);
          }
        } else if (inputs.is_sparse()) {
          for (SparseInputs::InnerIterator i(inputs.sparse(), s); i; ++i)
            keep(i.index(), i.value());
        } else {
          const auto values = inputs.dense().col(s);
          for (int j = 0; j < layer.n_in; ++j) {
            if (values[j] != 0.0F) keep(j, values[j]);
          }
        }
        std::copy(layer.biases.begin(), layer.biases.end(), acc.begin());
        kernels::accumulate_float(layer.weights.data(), layer.row, kept.data(), kept.size(),
                                  acc.data());
        x = acc.data();
      }
      std::copy_n(x, layers.back().n_out, outputs.col(s).data());
    }
  }
  return outputs;
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

}  // namespace minerva
