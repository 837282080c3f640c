#include "prepared_layer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::int32_t kMost16 = 32767;

}  // namespace

bool equal_but_weights(const PreparedLayer& a, const PreparedLayer& b) {
  const LayerFormats& f = a.formats;
  const LayerFormats& g = b.formats;
  return a.kind == b.kind && a.n_in == b.n_in && a.n_out == b.n_out &&
         a.theta_code == b.theta_code && f.weight == g.weight && f.activation == g.activation &&
         f.product == g.product && a.rounding.mode == b.rounding.mode && a.biases == b.biases;
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
