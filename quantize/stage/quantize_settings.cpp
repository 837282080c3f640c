#include "quantize_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::quantize {

void add_quantize_settings(Settings& settings, QuantizeOptions& o, std::string& start_format,
                           std::string& plan_file) {
  settings.add_choice("quantize.rounding", &o.rounding,
                      {Rounding::half_up, Rounding::half_even, Rounding::truncate},
                      "rounding of products and activations");
  settings.add_choice("quantize.widest", &o.widest,
                      {Widest::one_binary_point, Widest::per_layer_point},
                      "how per-layer formats become those of the one datapath",
                      "book, Sec. 4.4.1, leaves both readings open");
  settings.add_choice("quantize.scaling", &o.scaling,
                      {LayerScaling::none, LayerScaling::power_of_two},
                      "multiply layers by powers of two, so that one binary point serves all "
                      "layers better; the float function stays as it is");
  settings.add_choice("quantize.cost", &o.cost, {CostOf::energy, CostOf::bits},
                      "what is minimised without a goal: energy of a prediction, or the sum of "
                      "bits, weighted");
  const Range<double> bit_cost{0, 1000, true};
  settings.add("quantize.weight_bit_cost", &o.bit_costs.weight, bit_cost, "1",
               "of a bit of W, for quantize.cost = bits");
  settings.add("quantize.activation_bit_cost", &o.bit_costs.activation, bit_cost, "1",
               "of a bit of X, likewise");
  settings.add("quantize.product_bit_cost", &o.bit_costs.product, bit_cost, "1",
               "of a bit of P, likewise");
  settings.add("quantize.uniform_bits", &o.uniform_bits, Range<int>{0, 16}, "bits",
               "one width for W, X and P, for comparison: only binary points are searched, goal "
               "and cost play no part; 0: search widths");
  settings.add("quantize.start", &start_format, "",
               "first format of every signal, and the baseline's", "book, Sec. 4.4.1: Q6.10");
  settings.add("quantize.goal_bits", &o.goal_bits, Range<int>{0, 64}, "bits",
               "stop narrowing at this sum of the bits of W, X and P; 0: at the end of the budget",
               "book, Sec. 4.4.1: 23 for MNIST");
  settings.add("quantize.per_layer_figure", &o.per_layer_figure,
               "also search the minima of each layer, as in Fig. 4.6");
  settings.add("quantize.curve", &o.curve,
               "also measure the plans one and two bits around the chosen one, on both sets");
  settings.add("quantize.plan_file", &plan_file, "search, or the plan in the run directory",
               "formats to use instead of searching (--plan)");
}

}  // namespace minerva::quantize
