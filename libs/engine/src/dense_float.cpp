#include "dense_float.hpp"

#include <algorithm>

namespace minerva {

FloatLayer prepare_dense_float(const NetworkLayer& layer) {
  FloatLayer to;
  to.n_in = static_cast<int>(layer.weights.cols());
  to.n_out = static_cast<int>(layer.weights.rows());
  to.row = kernels::padded(to.n_out);
  to.weights.assign(static_cast<std::size_t>(to.n_in) * static_cast<std::size_t>(to.row), 0.0F);
  to.biases.assign(static_cast<std::size_t>(to.row), 0.0F);
  for (int j = 0; j < to.n_in; ++j) {
    std::copy_n(layer.weights.col(j).data(), to.n_out,
                to.weights.data() + static_cast<std::ptrdiff_t>(j) * to.row);
  }
  std::copy_n(layer.biases.data(), to.n_out, to.biases.data());
  return to;
}

void dense_float_sums(const FloatLayer& layer, const FloatWords& words,
                      std::vector<kernels::FloatInput>& kept, float* acc) {
  kept.clear();
  const auto keep = [&](Eigen::Index j, float value) {
    kept.push_back({static_cast<std::uint32_t>(j * layer.row), value});
  };
  if (words.sums != nullptr) {
    for (int j = 0; j < layer.n_in; ++j) {
      if (words.sums[j] > 0.0F) keep(j, words.sums[j]);
    }
  } else if (words.inputs->is_sparse()) {
    for (SparseInputs::InnerIterator i(words.inputs->sparse(), words.sample); i; ++i)
      keep(i.index(), i.value());
  } else {
    const auto values = words.inputs->dense().col(words.sample);
    for (int j = 0; j < layer.n_in; ++j) {
      if (values[j] != 0.0F) keep(j, values[j]);
    }
  }
  // `acc` may be what `words` points to: all that is kept has been read by now.
  std::copy(layer.biases.begin(), layer.biases.end(), acc);
  kernels::accumulate_float(layer.weights.data(), layer.row, kept.data(), kept.size(), acc);
}

}  // namespace minerva
