#include "sample_pass.hpp"

#include <algorithm>

#include "layer_dispatch.hpp"
#include "repeated_zeros.hpp"
#include "sample_rows.hpp"

namespace minerva {
namespace {

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

}  // namespace

PreparedNetwork prepare_network(const QuantizedLayers& network) {
  PreparedNetwork layers;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    layers.push_back(prepare_layer(network, static_cast<int>(k)));
  }
  return layers;
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
    const RepeatedZeros repeated = repeated_zeros(kept_, layer.n_in, pass_.chunk);
    activity.repeated_zero_inputs += repeated.inputs;
    activity.repeated_zero_chunks += repeated.chunks;
    return;
  }
  activity.kept_inputs += kept_count_;
  activity.active_chunks +=
      pass_.chunk == 1 ? kept_count_ : count_chunks(kept_, words_of(layer.n_in), pass_.chunk);
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
    run_layer(k, sample);
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
