#include "dense_fixed.hpp"

#include <algorithm>
#include <cstdlib>

#include "saturates.hpp"

namespace minerva {
namespace {

constexpr std::int32_t kMost16 = 32767;

/// Chooses the narrow product of a row and finds which inputs it holds for.
WeightRow describe_row(const PreparedLayer& layer, std::int32_t largest) {
  using kernels::NarrowProduct;
  WeightRow row;
  row.largest = largest;
  if (largest == 0) return row;
  const int s = layer.shift;
  std::int64_t narrow = 0;
  // The instruction shifts by 15 or 16: weights are shifted left as far as they have room, x by
  // what remains.
  const auto split = [&](int room) {
    while (row.weight_shift < room && (largest << (row.weight_shift + 1)) <= kMost16) {
      ++row.weight_shift;
    }
    row.input_shift = static_cast<std::int16_t>(room - row.weight_shift);
    return std::int64_t{kMost16 >> row.input_shift};
  };
  switch (layer.rounding.narrow) {
    case NarrowProduct::half_up:
    case NarrowProduct::half_even:
      if (s <= 15) narrow = split(15 - s);
      break;
    case NarrowProduct::truncate:
      if (s <= 16) narrow = split(16 - s);
      break;
    case NarrowProduct::exact:
      narrow = kMost16 / largest;
      break;
  }
  const std::int64_t unclamped =
      (((layer.formats.product.max_code() + 1) << s) - 1 - layer.rest) / largest;
  row.narrow_x = static_cast<std::int32_t>(std::min<std::int64_t>(narrow, kMost16));
  row.unclamped_x = static_cast<std::int32_t>(std::clamp<std::int64_t>(unclamped, 0, row.narrow_x));
  return row;
}

/// The weights that input j feeds, as F2 hands them on.
void read_row(const QuantizedLayers& network, int k, int j, std::int16_t* to) {
  const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
  const std::size_t first = layer.index(j, 0);
  std::copy_n(layer.weights.begin() + static_cast<std::ptrdiff_t>(first), layer.n_out, to);
  if (layer.faulty_bits.empty()) return;
  const std::uint16_t* faulty = layer.faulty_bits.data() + first;
  for (int i = 0; i < layer.n_out; ++i) {
    if (faulty[i] != 0) to[i] = static_cast<std::int16_t>(network.weight_as_read(k, j, i));
  }
}

}  // namespace

std::vector<std::int64_t> exact_dense_sums(const QuantizedLayers& network, int k,
                                           const std::vector<std::int32_t>& x) {
  const QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
  const LayerFormats& f = layer.formats;
  std::vector<std::int64_t> acc(layer.biases.begin(), layer.biases.end());
  for (int j = 0; j < layer.n_in; ++j) {
    if (layer.skips(x[static_cast<std::size_t>(j)])) continue;
    for (int i = 0; i < layer.n_out; ++i) {
      const std::int64_t product =
          std::int64_t{network.weight_as_read(k, j, i)} * x[static_cast<std::size_t>(j)];
      acc[static_cast<std::size_t>(i)] +=
          round_code(f.product, product, f.weight.fraction_bits + f.activation.fraction_bits,
                     network.rounding);
    }
  }
  return acc;
}

PreparedLayer prepare_dense_layer(const QuantizedLayers& network, int k) {
  using kernels::NarrowProduct;
  const QuantizedLayer& from = network.layers[static_cast<std::size_t>(k)];
  const LayerFormats& f = from.formats;
  PreparedLayer to;
  to.n_in = from.n_in;
  to.n_out = from.n_out;
  to.row = kernels::padded(from.n_out);
  to.theta_code = from.theta_code;
  to.formats = f;
  const int lost = f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
  // A product with fewer fraction bits than P is made exact by weights that are shifted before.
  to.left = std::max(-lost, 0);
  to.shift = std::max(lost, 0);
  to.sums_in_64 = accumulator_bits(f.product, from.n_in) > 32 || f.weight.bits() + to.left > 16 ||
                  to.shift > 30;
  if (to.sums_in_64) to.left = 0;
  const std::int32_t step = to.sums_in_64 ? 1 : std::int32_t{1} << to.shift;
  to.rest = network.rounding == Rounding::truncate ? step - 1 : step / 2;
  to.rounding = {network.rounding, NarrowProduct::exact,
                 static_cast<std::int32_t>(f.product.min_code()),
                 static_cast<std::int32_t>(f.product.max_code())};
  if (to.shift > 0) {
    to.rounding.narrow = network.rounding == Rounding::half_up     ? NarrowProduct::half_up
                         : network.rounding == Rounding::half_even ? NarrowProduct::half_even
                                                                   : NarrowProduct::truncate;
  }
  to.weights.assign(static_cast<std::size_t>(to.n_in) * static_cast<std::size_t>(to.row), 0);
  to.rows.resize(static_cast<std::size_t>(to.n_in));
  for (int j = 0; j < to.n_in; ++j) {
    std::int16_t* w = to.weights.data() + to.at(j);
    read_row(network, k, j, w);
    if (to.sums_in_64) continue;
    std::int16_t high = 0;
    std::int16_t low = 0;
    for (int i = 0; i < to.row; ++i) {
      high = std::max(high, w[i]);
      low = std::min(low, w[i]);
    }
    const std::int32_t largest = std::max<std::int32_t>(high, -std::int32_t{low}) << to.left;
    WeightRow& row = to.rows[static_cast<std::size_t>(j)];
    row = describe_row(to, largest);
    const int shift = to.left + row.weight_shift;
    if (shift > 0) {
      for (int i = 0; i < to.row; ++i) w[i] = static_cast<std::int16_t>(w[i] * (1 << shift));
    }
  }
  to.biases.assign(static_cast<std::size_t>(to.row), 0);
  std::copy(from.biases.begin(), from.biases.end(), to.biases.begin());
  return to;
}

std::int64_t saturated_dense_products(const PreparedLayer& layer, const std::int16_t* x) {
  const LayerFormats& f = layer.formats;
  const int fraction = f.weight.fraction_bits + f.activation.fraction_bits;
  std::int64_t count = 0;
  for (int j = 0; j < layer.n_in; ++j) {
    const std::int64_t code = x[j];
    const std::int64_t size = std::abs(code);
    if (code == 0 || size < layer.theta_code) continue;
    // The engine knows up to which input no product of a row can leave P.
    const WeightRow& row = layer.rows[static_cast<std::size_t>(j)];
    if (!layer.sums_in_64 && size <= row.unclamped_x) continue;
    for (int i = 0; i < layer.n_out; ++i) {
      const std::int64_t product = layer.weight(j, i) * code;
      count += saturates(f.product, product, fraction, layer.rounding.mode) ? 1 : 0;
    }
  }
  return count;
}

}  // namespace minerva
