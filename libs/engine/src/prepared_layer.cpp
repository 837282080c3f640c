#include "prepared_layer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "minerva/base/errors.hpp"

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
void read_row(const QuantizedNetwork& network, int k, int j, std::int16_t* to) {
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

PreparedLayer prepare_layer(const QuantizedNetwork& network, int k) {
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

bool equal_but_weights(const PreparedLayer& a, const PreparedLayer& b) {
  const LayerFormats& f = a.formats;
  const LayerFormats& g = b.formats;
  return a.n_in == b.n_in && a.n_out == b.n_out && a.theta_code == b.theta_code &&
         f.weight == g.weight && f.activation == g.activation && f.product == g.product &&
         a.rounding.mode == b.rounding.mode && a.biases == b.biases;
}

bool equal(const PreparedLayer& a, const PreparedLayer& b) {
  return equal_but_weights(a, b) && a.rows == b.rows &&
         std::memcmp(a.weights.data(), b.weights.data(), a.weights.size() * sizeof(std::int16_t)) ==
             0;
}

void ActiveInputs::Blocks::clear(std::size_t most) {
  if (inputs.size() < most) inputs.resize(most);
  ends.clear();
  count = 0;
  bound = 0;
}

inline void ActiveInputs::Blocks::add(kernels::NarrowInput input, std::int32_t product_bound) {
  bound += product_bound;
  if (bound > kMost16) {
    ends.push_back(static_cast<std::uint32_t>(count));
    bound = product_bound;
  }
  inputs[count++] = input;
}

void ActiveInputs::Blocks::close() {
  if (count > 0) ends.push_back(static_cast<std::uint32_t>(count));
}

void ActiveInputs::gather(const PreparedLayer& layer, const std::int16_t* x,
                          const std::vector<std::uint64_t>& bits) {
  const auto most = static_cast<std::size_t>(layer.n_in);
  unclamped_.clear(most);
  clamped_.clear(most);
  wide_.clear();
  const std::int32_t p_bound = layer.rounding.high < kMost16 ? layer.rounding.high + 1 : kMost16;
  for (std::size_t word = 0; word * 64 < most; ++word) {
    for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
      const auto j = word * 64 + static_cast<std::size_t>(__builtin_ctzll(rest));
      const WeightRow& row = layer.rows[j];
      const std::int32_t size = std::abs(std::int32_t{x[j]});
      const auto first = static_cast<std::uint32_t>(j * static_cast<std::size_t>(layer.row));
      if (size <= row.narrow_x) {
        const auto value = static_cast<std::uint16_t>(x[j] * (1 << row.input_shift));
        const kernels::NarrowInput input{first, static_cast<std::int32_t>(value * 0x10001U)};
        const std::int32_t bound = (row.largest * size + layer.rest) >> layer.shift;
        if (size <= row.unclamped_x) {
          unclamped_.add(input, bound);
        } else {
          clamped_.add(input, std::min(bound, p_bound));
        }
      } else if (row.largest != 0) {
        wide_.push_back({first, x[j], static_cast<std::int16_t>(layer.shift + row.weight_shift)});
      }
    }
  }
  unclamped_.close();
  clamped_.close();
}

void ActiveInputs::accumulate(const PreparedLayer& layer, std::int32_t* acc) const {
  kernels::ProductRounding r = layer.rounding;
  if (!wide_.empty()) {
    kernels::accumulate_wide(layer.weights.data(), layer.row, wide_.data(), wide_.size(), r, acc);
  }
  // Products of the narrow kernels have 16 bits, so that wider ends of P are out of reach.
  r.low = std::max(r.low, -kMost16 - 1);
  r.high = std::min(r.high, kMost16);
  if (unclamped_.count > 0) {
    kernels::accumulate_narrow(layer.weights.data(), layer.row, unclamped_.inputs.data(),
                               unclamped_.ends.data(), unclamped_.ends.size(), r, false, acc);
  }
  if (clamped_.count > 0) {
    kernels::accumulate_narrow(layer.weights.data(), layer.row, clamped_.inputs.data(),
                               clamped_.ends.data(), clamped_.ends.size(), r, true, acc);
  }
}

}  // namespace minerva
