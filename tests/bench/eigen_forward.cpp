#include "eigen_forward.hpp"

#include <Eigen/Core>

// This file alone is built with -march=native, so that the float pass is a fair opponent. Only
// plain arrays cross its interface, and it is a library of its own, so that no function of Eigen
// built for this machine replaces one of the program's.
namespace minerva {

void eigen_forward(const std::vector<FloatLayerView>& layers, const float* inputs, int samples,
                   float* outputs) {
  using Matrix = Eigen::MatrixXf;
  // Batches whose activations stay in the cache were the fastest of 256 to 10,000 samples.
  constexpr int kBatch = 1000;
  Matrix x;
  Matrix y;
  const int n_out = layers.back().n_out;
  for (int from = 0; from < samples; from += kBatch) {
    const int count = std::min(kBatch, samples - from);
    x = Eigen::Map<const Matrix>(inputs + static_cast<std::ptrdiff_t>(from) * layers.front().n_in,
                                 layers.front().n_in, count);
    for (const FloatLayerView& layer : layers) {
      const Eigen::Map<const Matrix> weights(layer.weights, layer.n_out, layer.n_in);
      const Eigen::Map<const Eigen::VectorXf> biases(layer.biases, layer.n_out);
      y.resize(layer.n_out, count);
      y.noalias() = weights * x;
      y.colwise() += biases;
      if (&layer != &layers.back()) y = y.cwiseMax(0.0F);
      x.swap(y);
    }
    Eigen::Map<Matrix>(outputs + static_cast<std::ptrdiff_t>(from) * n_out, n_out, count) = x;
  }
}

}  // namespace minerva
