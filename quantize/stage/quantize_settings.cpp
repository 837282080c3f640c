#include "quantize_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::quantize {

void add_quantize_settings(Settings& settings, QuantizeStageOptions& o, double& share_of_budget) {
  const KeyRows keys = settings.read_by({"quantize"});
  QuantizeOptions& q = o.quantize;
  // The explorer builds its machines for the start format and runs them with this rounding.
  const KeyRows explorers_too = settings.read_by({"dse", "quantize"});
  explorers_too.add_choice(
      "quantize.rounding", &q.rounding,
      {Rounding::half_up, Rounding::half_even, Rounding::truncate},
      "The datapath rounds products and activations to the nearest code, with ties upward "
      "(half_up) or to the even code (half_even), or it rounds down (truncate).");
  keys.add_choice("quantize.widest", &q.widest, {Widest::one_binary_point, Widest::per_layer_point},
                  "The single datapath takes the largest number of integer bits and the largest "
                  "number of fraction bits of all layers (one_binary_point), or the largest word "
                  "and a binary point for each layer (per_layer_point).",
                  "book, Sec. 4.4.1, leaves both readings open");
  keys.add_choice("quantize.scaling", &q.scaling, {LayerScaling::none, LayerScaling::power_of_two},
                  "With power_of_two, layers are multiplied by powers of two so that one binary "
                  "point suits all layers better; the float function does not change.");
  keys.add_choice("quantize.cost", &q.cost, {CostOf::energy, CostOf::bits},
                  "Without a goal, the search minimizes the energy of a prediction (energy) or the "
                  "weighted sum of the bits (bits).");
  keys.add("quantize.weight_bit_cost", &q.bit_costs.weight, ranges::kBitCost, "1",
           "Under quantize.cost = bits, one bit of a weight (W) costs this much.");
  keys.add("quantize.activation_bit_cost", &q.bit_costs.activation, ranges::kBitCost, "1",
           "Under quantize.cost = bits, one bit of an activation (X) costs this much.");
  keys.add("quantize.product_bit_cost", &q.bit_costs.product, ranges::kBitCost, "1",
           "Under quantize.cost = bits, one bit of a product (P) costs this much.");
  keys.add("quantize.uniform_bits", &q.uniform_bits, or_zero(ranges::kUniformBits), "bits",
           "For comparison, weights, activations and products all get this width, and only their "
           "binary points are searched, without goal and cost; 0 searches the widths too.");
  explorers_too.add("quantize.start", &o.start_format, "",
                    "The search starts from this format Qm.n for every signal, with m integer bits "
                    "(the sign included) and n fraction bits; the baseline uses it too.",
                    "book, Sec. 4.4.1: Q6.10");
  keys.add("quantize.goal_bits", &q.goal_bits, ranges::kGoalBits, "bits",
           "The search stops when the widths of weights, activations and products add up to this; "
           "0 lets it go on to the end of the error budget.",
           "book, Sec. 4.4.1: 23 for MNIST");
  keys.add("quantize.per_layer_figure", &q.per_layer_figure,
           "If true, the stage also searches the narrowest formats of each layer, as in Fig. 4.6 "
           "of the book.");
  keys.add("quantize.curve", &q.curve,
           "If true, the stage also measures the formats that are one and two bits narrower and "
           "wider than the chosen ones, on the validation and the test samples.");
  keys.add("quantize.plan_file", &o.plan_file, "search, or the plan in the run directory",
           "The formats are read from this file instead of being searched (--plan).");
  settings.by_content().add("budget.share_quantize", &share_of_budget, kShareRange, "1",
                            "This share of the error budget may be used by the end of stage 3.",
                            "docs/arithmetic.md");
}

}  // namespace minerva::quantize
