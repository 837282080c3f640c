#pragma once
#include <string>
#include <vector>

#include "minerva/arithmetic/codebook.hpp"
#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// Most that a layer's scale may be, as a power of two, up or down. Assumption: beyond it a signal
/// of 16 bits holds nothing of a layer that was trained at scale 1.
constexpr int kMaxScaleExponent = 16;

/// Formats of one layer's signals: weights, input activations, products.
struct LayerFormats {
  QFormat weight{6, 10};
  QFormat activation{6, 10};
  QFormat product{6, 10};
  /// The layer's outputs are 2^s times the float network's: the formats stand for scaled signals.
  /// Weights and biases are multiplied when they are quantized (weight_scale_exponent), the next
  /// layer divides. ReLU and the class do not change under positive scales.
  int scale_exponent = 0;
  /// The weights that the layer shares, codes of `weight`; empty: every code of W may be one.
  Codebook codebook = {};

  /// Bits of a word of the weight memory: an index, or a code of W.
  int stored_weight_bits() const { return codebook.empty() ? weight.bits() : codebook.bits(); }

  friend bool operator==(const LayerFormats& a, const LayerFormats& b) {
    return a.weight == b.weight && a.activation == b.activation && a.product == b.product &&
           a.scale_exponent == b.scale_exponent && a.codebook == b.codebook;
  }
};

/// Throws UserError naming `key` for a format outside the machine's limits.
void check_formats(const LayerFormats& formats, const std::string& key);

/// How per-layer formats become the formats of the one datapath (book, Sec. 4.4.1).
/// one_binary_point: the widest m and the widest n of all layers; per_layer_point: the widest m +
/// n, a binary point per layer, spare bits to the fraction.
enum class Widest { one_binary_point, per_layer_point };
constexpr EnumNames<Widest, 2> enum_names(Widest) {
  return {{{Widest::one_binary_point, "one_binary_point"},
           {Widest::per_layer_point, "per_layer_point"}}};
}

struct QuantizationPlan {
  Rounding rounding = Rounding::half_up;
  std::vector<LayerFormats> layers;
};

/// log2 of what layer k's weights are multiplied by: its own scale over that of the layer before,
/// whose outputs it reads. Its biases are multiplied by 2^scale_exponent.
int weight_scale_exponent(const QuantizationPlan& plan, std::size_t k);
/// Every signal of every layer in one format set; Q6.10 is the book's starting point.
QuantizationPlan uniform_plan(int layers, const LayerFormats& formats = {},
                              Rounding rounding = Rounding::half_up);
/// The plan that the one datapath runs. Throws UserError naming "quantize.widest" when the widest
/// m and n together exceed the limit of a signal.
QuantizationPlan hardware_plan(const QuantizationPlan& plan, Widest widest);
/// Widest bits of each signal over the layers: what the datapath is built for.
struct DatapathWidths {
  int weight_bits = 16;
  int activation_bits = 16;
  int product_bits = 16;
  int accumulator_bits = 26;
  int index_bits = 0;         ///< of a stored weight that is an index; 0: codes of W are stored
  int codebooks = 0;          ///< layers that have one
  bool sign_weights = false;  ///< of all layers: no multiplier is needed (sign_weight_shift)

  /// Bits of a word of the weight memory.
  int stored_weight_bits() const { return index_bits > 0 ? index_bits : weight_bits; }
  /// Entries of all codebooks, each a code of W.
  int codebook_entries() const { return index_bits > 0 ? codebooks << index_bits : 0; }
  /// Takes the codebook of one more layer with weights.
  void add(const Codebook& codebook);
};
DatapathWidths datapath_widths(const QuantizationPlan& plan, const Topology& topology);

/// The code of a threshold in format X: ceil(theta * 2^n), 0 to 2^(m+n-1); 0 means no comparator.
/// Throws UserError naming `key` for a negative, non-finite or too large theta.
int threshold_code(double theta, QFormat activation, const std::string& key);
/// Thresholds, one a layer, as values and not codes.
struct PruningThresholds {
  std::vector<double> theta;
};

}  // namespace minerva
