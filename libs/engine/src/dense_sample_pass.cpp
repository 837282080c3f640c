#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "sample_pass.hpp"
#include "sample_rows.hpp"

// How a walk over the samples computes a dense layer: whole, or from what a base computed.

namespace minerva {

ChangedWeights changed_dense_weights(const PreparedLayer& before, const PreparedLayer& after) {
  ChangedWeights changed;
  const auto row = static_cast<std::size_t>(before.row);
  for (int j = 0; j < before.n_in; ++j) {
    const auto at = static_cast<std::size_t>(j);
    if (before.rows[at].weight_shift == after.rows[at].weight_shift &&
        std::memcmp(before.weights.data() + before.at(j), after.weights.data() + after.at(j),
                    row * sizeof(std::int16_t)) == 0) {
      continue;
    }
    for (int i = 0; i < before.n_out; ++i) {
      const std::int32_t from = before.weight(j, i);
      const std::int32_t to = after.weight(j, i);
      if (from != to) {
        changed.weights.push_back(
            {i, static_cast<std::int16_t>(from), static_cast<std::int16_t>(to)});
      }
    }
    const std::size_t end = changed.weights.size();
    if (end > (changed.inputs.empty() ? 0 : changed.inputs.back().end)) {
      changed.inputs.push_back({j, end});
    }
  }
  // A changed weight of a kept input costs about a row, and what follows must be compared.
  changed.too_many = changed.weights.size() > static_cast<std::size_t>(before.n_in) / 4;
  return changed;
}

/// Adds what the changed weights of layer k change in the sums, for the inputs as they are now.
void SampleRunner::add_changed_weights(std::size_t k) {
  const PreparedLayer& layer = (*pass_.layers)[k];
  const ChangedWeights& changed = (*pass_.changed)[k];
  const QFormat p = layer.formats.product;
  const int fraction = layer.formats.weight.fraction_bits + layer.formats.activation.fraction_bits;
  std::int32_t* acc = acc_[k].data();
  std::size_t at = 0;
  for (const ChangedWeights::Input& input : changed.inputs) {
    const auto j = static_cast<std::size_t>(input.input);
    const std::int64_t x = x_[k][j];
    if (x == 0 || std::abs(x) < layer.theta_code) {
      at = input.end;
      continue;
    }
    for (; at < input.end; ++at) {
      const ChangedWeights::Weight& w = changed.weights[at];
      acc[w.neuron] +=
          static_cast<std::int32_t>(round_code(p, w.after * x, fraction, layer.rounding.mode) -
                                    round_code(p, w.before * x, fraction, layer.rounding.mode));
    }
  }
}

/// Takes the sums of layer k from the base's, with what differs corrected. False: to be run whole.
bool SampleRunner::from_base(std::size_t k, std::int64_t sample) {
  const PreparedLayer& layer = (*pass_.layers)[k];
  const BaseRun& base = *pass_.base;
  const std::int32_t* before = row_of(base.sums[k], sample, layer.row);
  if (k < pass_.base_layers) {
    sums_[k] = before;
    sums_of_base_ = true;
    return true;
  }
  if (pass_.changed == nullptr) return false;
  const ChangedWeights& changed = (*pass_.changed)[k];
  const int padded_in = kernels::padded(layer.n_in);
  const std::size_t words = words_of(layer.n_in);
  const std::int16_t* x_before = k == 0 ? x_[0] : row_of(base.codes[k], sample, padded_in);
  const int differing =
      x_before == x_[k] ? 0 : kernels::differences(x_before, x_[k], padded_in, differ_.data());
  if (differing == 0 && changed.weights.empty()) {
    sums_[k] = before;
    sums_of_base_ = true;
    return true;
  }
  // A changed input costs two rows, a kept one of the whole layer costs one.
  if (changed.too_many || 2 * differing > kept_count_) return false;
  std::int32_t* acc = acc_[k].data();
  std::copy_n(before, layer.row, acc);
  if (differing > 0) {
    kernels::select(x_before, padded_in, std::max(layer.theta_code, 1), kept_before_.data());
    for (std::size_t w = 0; w < words; ++w) kept_before_[w] &= differ_[w];
    for (std::size_t w = 0; w < words; ++w) differ_[w] &= kept_[w];
    std::fill_n(taken_.begin(), layer.row, 0);
    active_.gather(base.layers[k], x_before, kept_before_);
    active_.accumulate(base.layers[k], taken_.data());
    const std::int32_t* taken = taken_.data();
    const int row = layer.row;
    for (int i = 0; i < row; ++i) acc[i] -= taken[i];
    active_.gather(base.layers[k], x_[k], differ_);
    active_.accumulate(base.layers[k], acc);
  }
  add_changed_weights(k);
  sums_[k] = acc;
  return true;
}

void SampleRunner::run_in_64(std::size_t k) {
  const PreparedLayer& layer = (*pass_.layers)[k];
  const int fraction = layer.formats.weight.fraction_bits + layer.formats.activation.fraction_bits;
  std::vector<std::int64_t>& acc = wide_[k];
  acc.assign(layer.biases.begin(), layer.biases.end());
  for (int j = 0; j < layer.n_in; ++j) {
    if ((kept_[static_cast<std::size_t>(j) / 64] >> (j % 64) & 1U) == 0) continue;
    const std::int16_t* w = layer.weights.data() + layer.at(j);
    for (int i = 0; i < layer.n_out; ++i) {
      acc[static_cast<std::size_t>(i)] += round_code(
          layer.formats.product, std::int64_t{w[i]} * x_[k][j], fraction, layer.rounding.mode);
    }
  }
  sums_[k] = nullptr;
}

void SampleRunner::run_dense(std::size_t k, std::int64_t sample) {
  const PreparedLayer& layer = (*pass_.layers)[k];
  if (pass_.base != nullptr && from_base(k, sample)) return;
  if (layer.sums_in_64) {
    run_in_64(k);
    return;
  }
  std::copy_n(layer.biases.begin(), layer.row, acc_[k].begin());
  active_.gather(layer, x_[k], kept_);
  active_.accumulate(layer, acc_[k].data());
  sums_[k] = acc_[k].data();
}

}  // namespace minerva
