#include "minerva/engine/dense_layer_sums.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "dense_fixed.hpp"
#include "prepared_layer.hpp"

namespace minerva {

struct DenseLayerSums::Layer {
  PreparedLayer prepared;
};

struct DenseLayerSums::Scratch::Parts {
  ActiveInputs active;
  kernels::AlignedVector<std::int16_t> codes;
  kernels::AlignedVector<std::int32_t> sums;
  std::vector<std::uint64_t> kept;
};

DenseLayerSums::Scratch::Scratch() : parts_(std::make_unique<Parts>()) {}
DenseLayerSums::Scratch::~Scratch() = default;
DenseLayerSums::Scratch::Scratch(Scratch&&) noexcept = default;

DenseLayerSums::DenseLayerSums(const QuantizedLayers& network, int k)
    : layer_(std::make_unique<Layer>(Layer{prepare_dense_layer(network, k)})) {}
DenseLayerSums::~DenseLayerSums() = default;
DenseLayerSums::DenseLayerSums(DenseLayerSums&&) noexcept = default;

void DenseLayerSums::compute(const std::int16_t* codes, Scratch& scratch,
                             std::int64_t* sums) const {
  const PreparedLayer& layer = layer_->prepared;
  if (layer.sums_in_64) {
    const int fraction =
        layer.formats.weight.fraction_bits + layer.formats.activation.fraction_bits;
    std::copy_n(layer.biases.begin(), layer.n_out, sums);
    for (int j = 0; j < layer.n_in; ++j) {
      const std::int64_t x = codes[j];
      if (x == 0 || std::abs(x) < layer.theta_code) continue;
      for (int i = 0; i < layer.n_out; ++i) {
        sums[i] += round_code(layer.formats.product, layer.weight(j, i) * x, fraction,
                              layer.rounding.mode);
      }
    }
    return;
  }
  Scratch::Parts& s = *scratch.parts_;
  const int padded_in = kernels::padded(layer.n_in);
  s.codes.assign(static_cast<std::size_t>(padded_in), 0);
  std::copy_n(codes, layer.n_in, s.codes.begin());
  s.kept.assign(static_cast<std::size_t>(padded_in + 63) / 64, 0);
  kernels::select(s.codes.data(), padded_in, std::max(layer.theta_code, 1), s.kept.data());
  s.sums.assign(layer.biases.begin(), layer.biases.end());
  s.active.gather(layer, s.codes.data(), s.kept);
  s.active.accumulate(layer, s.sums.data());
  std::copy_n(s.sums.begin(), layer.n_out, sums);
}

}  // namespace minerva
