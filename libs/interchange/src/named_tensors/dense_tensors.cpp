#include "named_tensors/dense_tensors.hpp"

#include "minerva/interchange/npy.hpp"

namespace minerva {

NetworkLayer dense_layer(const NamedTensor& weights, const NamedTensor& biases,
                         bool outputs_first) {
  const auto rows = static_cast<Eigen::Index>(weights.shape[0]);
  const auto columns = static_cast<Eigen::Index>(weights.shape[1]);
  const float* values = weights.values.data();
  NetworkLayer layer;
  if (outputs_first) {
    using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    layer.weights = Eigen::Map<const RowMajor>(values, rows, columns);
  } else {
    // (n_in, n_out), row-major, is n_out x n_in, column-major: the same bytes.
    layer.weights = Eigen::Map<const Eigen::MatrixXf>(values, columns, rows);
  }
  layer.biases = Eigen::Map<const Eigen::VectorXf>(biases.values.data(), biases.shape[0]);
  return layer;
}

std::vector<LayerTensor> dense_tensors(const LayerParameters& layer, std::size_t k) {
  const std::string number = std::to_string(k);
  // n_out x n_in, column-major, is (n_in, n_out), row-major: the same bytes.
  return {{"w" + number,
           {layer.weights.cols(), layer.weights.rows()},
           {layer.weights.data(), layer.weights.data() + layer.weights.size()}},
          {"b" + number,
           {layer.biases.size()},
           {layer.biases.data(), layer.biases.data() + layer.biases.size()}}};
}

std::vector<ZipMember> dense_code_arrays(const QuantizedLayer& layer, std::size_t k) {
  const auto n_in = static_cast<std::size_t>(layer.n_in);
  const auto n_out = static_cast<std::size_t>(layer.n_out);
  const std::string number = std::to_string(k) + ".npy";
  return {{"w" + number, npy_bytes(layer.weights, {n_in, n_out})},
          {"b" + number, npy_bytes(layer.biases, {n_out})}};
}

}  // namespace minerva
