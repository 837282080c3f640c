#pragma once
#include <functional>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/base/range.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva::quantize {

/// Whether layers are multiplied by powers of two, so that one binary point serves all better.
enum class LayerScaling { none, power_of_two };
constexpr EnumNames<LayerScaling, 2> enum_names(LayerScaling) {
  return {{{LayerScaling::none, "none"}, {LayerScaling::power_of_two, "power_of_two"}}};
}
/// What a plan costs: the energy of a prediction, or the bits of the datapath, weighted.
enum class CostOf { energy, bits };
constexpr EnumNames<CostOf, 2> enum_names(CostOf) {
  return {{{CostOf::energy, "energy"}, {CostOf::bits, "bits"}}};
}

/// What a bit of each signal costs; above 0.
struct BitCosts {
  double weight = 1;
  double activation = 1;
  double product = 1;
};

/// Whether the machine can be built of what the technology has and priced, for a plan of all
/// layers.
using PlanAnswered = std::function<bool(const QuantizationPlan&)>;

struct QuantizeOptions {
  Rounding rounding = Rounding::half_up;
  Widest widest = Widest::one_binary_point;
  LayerScaling scaling = LayerScaling::none;
  CostOf cost = CostOf::energy;
  BitCosts bit_costs;    ///< under CostOf::bits
  QFormat start{6, 10};  ///< every signal's first format (book, Sec. 4.4.1)
  /// All signals in words of so many bits; only their binary points are searched, for the least
  /// divergence. Goal and cost then play no part. 0: search widths.
  int uniform_bits = 0;
  /// The datapath stops narrowing at this many bits of W, X and P together, and the divergence is
  /// what is minimised; 0: as cheap as the bound allows, which may hold on the samples it was tuned
  /// on alone.
  int goal_bits = 0;
  /// Plans that are not answered are not tried; empty: all are. The start, and the words of
  /// uniform_bits, must be; wider words than an answered plan's are, as far as the start's.
  PlanAnswered answered;
  bool curve = true;             ///< also measure the plans around the chosen one
  bool per_layer_figure = true;  ///< also search each layer's joint minima (Fig. 4.6)
};

/// What each option may be. The keys of section [quantize] and check_options() take it here.
namespace ranges {
inline constexpr Range<double> kBitCost{0, 1000, true};
inline constexpr Range<int> kUniformBits{2, kMaxOperandBits};  ///< or 0
inline constexpr Range<int> kGoalBits{0, 64};
}  // namespace ranges

/// Fewest bits that a search tries of each signal.
struct LeastBits {
  int weight = 2;
  int activation = 1;
  int product = 1;
};
/// The narrowest words of each signal that are answered beside words of the start format.
LeastBits least_bits(const QuantizeOptions& options, int layers);

/// Throws UserError naming the key in section [quantize].
void check_options(const QuantizeOptions& options);

}  // namespace minerva::quantize
