#pragma once
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/network/quantization_plan.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// One layer as the hardware holds it. The weights are an array of n_in x n_out, stored by input:
/// element [j * n_out + i] belongs to input j and neuron i of a dense layer.
struct QuantizedLayer {
  LayerKind kind = LayerKind::dense;
  int n_in = 0;
  int n_out = 0;
  LayerFormats formats;
  int theta_code = 0;                      ///< threshold as a code of X; 0: no comparator
  std::vector<std::int16_t> weights;       ///< codes of W, entries of the codebook if there is one
  std::vector<std::int32_t> biases;        ///< codes of P, one a neuron
  std::vector<std::uint16_t> faulty_bits;  ///< as `weights`, bit 0 lowest; empty: no faults

  std::size_t index(int j, int i) const {
    return static_cast<std::size_t>(j) * static_cast<std::size_t>(n_out) +
           static_cast<std::size_t>(i);
  }
  /// What the weight memory holds of weights[at]: its index in the codebook, or the code itself.
  std::int32_t stored_word(std::size_t at) const {
    return formats.codebook.empty() ? weights[at] : formats.codebook.index_of(weights[at]);
  }
  /// What F2 makes of such a word with its faulty bits: masked, and looked up.
  std::int32_t as_read(std::int32_t stored, std::uint32_t faulty,
                       const Mitigation& mitigation) const {
    return formats.codebook.empty()
               ? word_as_read(stored, faulty, formats.weight.bits(), mitigation)
               : shared_weight_as_read(stored, faulty, formats.codebook, mitigation);
  }
  bool skips(int x_code) const { return (x_code < 0 ? -x_code : x_code) < theta_code; }
};

/// The layers of a network as the hardware holds them, whatever they compute.
struct QuantizedLayers {
  Rounding rounding = Rounding::half_up;
  Mitigation mitigation;
  std::vector<QuantizedLayer> layers;

  const QuantizedLayer& layer(int k) const { return layers[static_cast<std::size_t>(k)]; }
  /// The code of weight (j, i) of layer k as F2 hands it on, faults and masking applied.
  std::int32_t weight_as_read(int k, int j, int i) const {
    const QuantizedLayer& layer = layers[static_cast<std::size_t>(k)];
    const std::size_t at = layer.index(j, i);
    return layer.faulty_bits.empty()
               ? layer.weights[at]
               : layer.as_read(layer.stored_word(at), layer.faulty_bits[at], mitigation);
  }
  QuantizationPlan plan() const;
};

/// A chain of dense layers as the hardware holds it: what the SystemC model and the exports start
/// from.
struct QuantizedNetwork : QuantizedLayers {
  TensorShape input;  ///< as Network::input

  TensorShape input_shape() const;
  Topology topology() const;
};

}  // namespace minerva
