#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// How a Quant node of QONNX rounds a number between two codes.
enum class QuantRounding { half_even, half_up, half_down, ceil, floor, up, down };

/// What a Quant node makes of a number: a code of `bits` bits times 2^-fraction_bits, saturated.
struct QuantSignal {
  std::string node;  ///< for messages
  int bits = 0;
  int fraction_bits = 0;  ///< may be negative, or larger than `bits`
  bool is_signed = true;
  bool narrow = false;  ///< without the lowest code of signed, the highest of unsigned numbers
  QuantRounding rounding = QuantRounding::half_even;

  /// Whether both make the same of every number.
  bool same(const QuantSignal& other) const {
    return bits == other.bits && fraction_bits == other.fraction_bits &&
           is_signed == other.is_signed && narrow == other.narrow && rounding == other.rounding;
  }
};

/// The number that a Quant node makes of `value`.
double quantized_value(const QuantSignal& signal, double value);

/// The Quant nodes of one layer.
struct LayerQuants {
  std::optional<QuantSignal> weights;
  std::optional<QuantSignal> biases;
  std::optional<QuantSignal> inputs;
  std::optional<QuantSignal> products;  ///< each product, rounded before it is added
  std::optional<QuantSignal> added;     ///< the tensor that it adds
  int theta_code = 0;                   ///< threshold as a code of the inputs; 0: none
  std::string obstacle;                 ///< why these are no formats of the layer; empty: none

  bool any() const { return weights || biases || inputs || products || added || !obstacle.empty(); }
};

/// Adds to `imported` the plan that its layers' Quant nodes give, or why they give none, and notes
/// of what was widened. `layers` has an element a layer. `own_plan`: the plan.json that
/// this program's export keeps in the file, or empty; it must agree with the nodes. Throws
/// UserError naming `file` where it does not.
void add_plan(ImportedNetwork& imported, const std::vector<LayerQuants>& layers,
              const std::string& own_plan, const std::string& file);

}  // namespace minerva
