#include "host_layers.hpp"

#include "minerva/base/errors.hpp"

namespace minerva::workloads {

const HostTensor& named(const Parameters& all, const std::string& name) {
  for (const HostTensor& each : all) {
    if (each.name == name) return each;
  }
  throw ContractViolation("no tensor " + name);
}

Eigen::VectorXf vector_of(const HostTensor& tensor) {
  Eigen::VectorXf values(static_cast<Eigen::Index>(tensor.values.size()));
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    values(static_cast<Eigen::Index>(i)) = static_cast<float>(tensor.values[i]);
  }
  return values;
}

LayerParameters of_filters(const HostTensor& filters, const Eigen::VectorXf& biases) {
  const std::int64_t out = filters.shape[0];
  const std::int64_t in = filters.shape[1];
  const std::int64_t window = filters.shape[2] * filters.shape[3];
  LayerParameters layer{Eigen::MatrixXf(out, in * window), biases};
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t c = 0; c < in; ++c) {
      for (std::int64_t k = 0; k < window; ++k) {
        layer.weights(o, k * in + c) =
            static_cast<float>(filters.values[static_cast<std::size_t>((o * in + c) * window + k)]);
      }
    }
  }
  return layer;
}

LayerParameters of_dense(const HostTensor& weights, const Eigen::VectorXf& biases,
                         std::int64_t channels) {
  const std::int64_t in = weights.shape[0];
  const std::int64_t out = weights.shape[1];
  const std::int64_t positions = in / channels;
  LayerParameters layer{Eigen::MatrixXf(out, in), biases};
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t p = 0; p < positions; ++p) {
      for (std::int64_t o = 0; o < out; ++o) {
        layer.weights(o, p * channels + c) = static_cast<float>(
            weights.values[static_cast<std::size_t>((c * positions + p) * out + o)]);
      }
    }
  }
  return layer;
}

LayerParameters of_rows(const HostTensor& weights, const Eigen::VectorXf& biases) {
  const std::int64_t out = weights.shape[0];
  const std::int64_t in = weights.shape[1];
  LayerParameters layer{Eigen::MatrixXf(out, in), biases};
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t i = 0; i < in; ++i) {
      layer.weights(o, i) =
          static_cast<float>(weights.values[static_cast<std::size_t>(o * in + i)]);
    }
  }
  return layer;
}

}  // namespace minerva::workloads
