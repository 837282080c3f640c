#include "sample_pass.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace minerva {
namespace {

std::size_t words_of(int n) { return (static_cast<std::size_t>(kernels::padded(n)) + 63) / 64; }

/// Chunks with a bit or more.
std::int64_t count_chunks(const std::vector<std::uint64_t>& bits, std::size_t words, int chunk) {
  std::int64_t chunks = 0;
  std::size_t last = SIZE_MAX;
  for (std::size_t w = 0; w < words; ++w) {
    for (std::uint64_t rest = bits[w]; rest != 0; rest &= rest - 1) {
      const std::size_t now = (w * 64 + static_cast<std::size_t>(__builtin_ctzll(rest))) /
                              static_cast<std::size_t>(chunk);
      if (now != last) ++chunks;
      last = now;
    }
  }
  return chunks;
}

template <typename T>
T* row_of(kernels::AlignedVector<T>& rows, std::int64_t sample, int row) {
  return rows.data() + static_cast<std::size_t>(sample) * static_cast<std::size_t>(row);
}
template <typename T>
const T* row_of(const kernels::AlignedVector<T>& rows, std::int64_t sample, int row) {
  return rows.data() + static_cast<std::size_t>(sample) * static_cast<std::size_t>(row);
}

}  // namespace

PreparedNetwork prepare_network(const QuantizedNetwork& network) {
  PreparedNetwork layers;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    layers.push_back(prepare_layer(network, static_cast<int>(k)));
  }
  return layers;
}

ChangedWeights changed_weights(const PreparedLayer& before, const PreparedLayer& after) {
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

SampleRunner::SampleRunner(const SamplePass& pass) : pass_(pass), first_codes_(*pass.inputs) {
  const PreparedNetwork& layers = *pass.layers;
  int widest_in = 0;
  int widest_out = 0;
  for (const PreparedLayer& layer : layers) {
    code_rows_.emplace_back(static_cast<std::size_t>(kernels::padded(layer.n_in)));
    acc_.emplace_back(static_cast<std::size_t>(layer.row));
    widest_in = std::max(widest_in, layer.n_in);
    widest_out = std::max(widest_out, layer.row);
  }
  x_.resize(layers.size());
  sums_.resize(layers.size());
  wide_.resize(layers.size());
  for (auto* bits : {&kept_, &differ_, &kept_before_}) {
    bits->assign(words_of(widest_in), 0);
  }
  taken_.resize(static_cast<std::size_t>(widest_out));
}

/// Rounds the sums of layer k - 1 to the inputs of layer k.
void SampleRunner::next_inputs(std::size_t k, std::int64_t sample) {
  const PreparedLayer& from = (*pass_.layers)[k - 1];
  const PreparedLayer& to = (*pass_.layers)[k];
  const QFormat format = to.formats.activation;
  if (sums_of_base_ && pass_.base->layers[k].formats.activation == format) {
    x_[k] = row_of(pass_.base->codes[k], sample, from.row);
    return;
  }
  std::int16_t* x = code_rows_[k].data();
  x_[k] = x;
  const int shift = from.formats.product.fraction_bits - format.fraction_bits;
  const auto top = static_cast<std::int32_t>(format.max_code());
  constexpr int kMostShift = 14;  // keeps limits and halves in 32 bits
  if (sums_[k - 1] != nullptr && shift >= -kMostShift && shift <= kMostShift) {
    const std::int32_t limit = shift >= 0 ? top << shift : (top >> -shift) + 1;
    kernels::next_codes(sums_[k - 1], from.row, {from.rounding.mode, shift, limit, top}, x);
    return;
  }
  for (int i = 0; i < from.n_out; ++i) {
    const std::int64_t y = sum(k - 1, i);
    x[i] = y <= 0 ? std::int16_t{0}
                  : static_cast<std::int16_t>(round_code(
                        format, y, from.formats.product.fraction_bits, from.rounding.mode));
  }
}

/// Finds the inputs that change a sum (kept and not zero) and counts the activity.
void SampleRunner::select(std::size_t k, LayerActivity& activity) {
  const PreparedLayer& layer = (*pass_.layers)[k];
  const int padded_in = kernels::padded(layer.n_in);
  const kernels::Selection selection =
      kernels::select(x_[k], padded_in, std::max(layer.theta_code, 1), kept_.data());
  kept_count_ = selection.kept;
  activity.zero_inputs += selection.zeros - (padded_in - layer.n_in);
  if (layer.theta_code == 0) {
    activity.kept_inputs += layer.n_in;
    activity.active_chunks += (layer.n_in + pass_.chunk - 1) / pass_.chunk;
    return;
  }
  activity.kept_inputs += kept_count_;
  activity.active_chunks +=
      pass_.chunk == 1 ? kept_count_ : count_chunks(kept_, words_of(layer.n_in), pass_.chunk);
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

void SampleRunner::run(std::int64_t sample, std::vector<LayerActivity>& activity) {
  const PreparedNetwork& layers = *pass_.layers;
  sums_of_base_ = false;
  if (pass_.start > 0) {
    sums_[pass_.start - 1] = row_of(*pass_.prefix, sample, layers[pass_.start - 1].row);
  }
  for (std::size_t k = pass_.start; k < layers.size(); ++k) {
    const PreparedLayer& layer = layers[k];
    if (k == 0) {
      x_[0] = first_codes_.row(sample);
    } else {
      next_inputs(k, sample);
    }
    if (k > 0 || !pass_.first_selected) select(k, activity[k]);
    sums_of_base_ = false;
    if (pass_.base != nullptr && from_base(k, sample)) {
      // Done.
    } else if (layer.sums_in_64) {
      run_in_64(k);
    } else {
      std::copy_n(layer.biases.begin(), layer.row, acc_[k].begin());
      active_.gather(layer, x_[k], kept_);
      active_.accumulate(layer, acc_[k].data());
      sums_[k] = acc_[k].data();
    }
    if (k < pass_.keep_sums.size() && pass_.keep_sums[k] != nullptr) {
      std::copy_n(sums_[k], layer.row, row_of(*pass_.keep_sums[k], sample, layer.row));
    }
    if (k < pass_.keep_codes.size() && pass_.keep_codes[k] != nullptr) {
      const int row = kernels::padded(layer.n_in);
      std::copy_n(x_[k], row, row_of(*pass_.keep_codes[k], sample, row));
    }
  }
}

std::int64_t SampleRunner::sum(std::size_t k, int i) const {
  return sums_[k] == nullptr ? wide_[k][static_cast<std::size_t>(i)] : std::int64_t{sums_[k][i]};
}

int SampleRunner::predicted_class() const {
  int best = 0;
  for (int i = 1; i < pass_.layers->back().n_out; ++i) {
    if (output(i) > output(best)) best = i;
  }
  return best;
}

}  // namespace minerva
