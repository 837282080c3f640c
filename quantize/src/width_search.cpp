#include "minerva/quantize/width_search.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "width_steps.hpp"

namespace minerva::quantize {
namespace {

/// Words of one width, points where the ranges ask for them.
QuantizationPlan uniform_by_ranges(int layers, const QuantizeOptions& options,
                                   const std::vector<LayerRange>& ranges) {
  QuantizationPlan plan = uniform_plan(layers, {}, options.rounding);
  int weight = 1;
  int activation = 1;
  int product = 1;
  for (const LayerRange& range : ranges) {
    weight = std::max(weight, LayerRange::integer_bits(range.weight));
    activation = std::max(activation, LayerRange::integer_bits(range.activation));
    product = std::max(product, LayerRange::integer_bits(range.product));
  }
  const auto format = [&](int integer_bits) {
    const int m = std::min(integer_bits, options.uniform_bits);
    return QFormat{m, options.uniform_bits - m};
  };
  for (LayerFormats& f : plan.layers) {
    f.weight = format(weight);
    f.activation = format(activation);
    f.product = format(product);
  }
  return plan;
}

}  // namespace

LayerFormats uniform_words(int bits) {
  const QFormat format = {1, bits - 1};
  return {format, format, format};
}

QuantizationPlan plan_by_ranges(const LayerGraph& graph, const std::vector<LayerRange>& ranges,
                                const QuantizeOptions& options) {
  expects(static_cast<int>(ranges.size()) == graph.layers() && options.uniform_bits > 0,
          "plan_by_ranges: needs ranges of every layer and words of one width");
  const PlanRules rules(graph);
  const PlanLimits limits{least_bits(options, graph.layers()), options.answered};
  QuantizationPlan plan = uniform_by_ranges(graph.layers(), options, ranges);
  // Added words need at least their own fraction bits in P.
  while (!rules.settle(plan)) {
    if (change_all(plan, kSignals[1], 1, -1, limits)) continue;
    throw UserError("quantize.uniform_bits", std::to_string(options.uniform_bits),
                    "leaves no binary points with which the network's added tensors are exact");
  }
  return plan;
}

double weighted_bits(const QuantizationPlan& plan, const BitCosts& costs) {
  return costs.weight * widest_bits(plan, &LayerFormats::weight) +
         costs.activation * widest_bits(plan, &LayerFormats::activation) +
         costs.product * widest_bits(plan, &LayerFormats::product);
}

std::vector<NeighbourPlan> neighbour_plans(const LayerGraph& graph, const QuantizationPlan& plan,
                                           const QuantizeOptions& options) {
  const PlanLimits limits{{}, options.answered};
  const PlanRules rules(graph);
  std::vector<NeighbourPlan> plans = {{"", 0, 0, plan}};
  for (const NamedSignal& signal : kSignals) {
    for (const int d : {-2, -1, 1, 2}) {
      for (const QFormat step : {QFormat{d, 0}, QFormat{0, d}}) {
        NeighbourPlan near{signal.name, step.integer_bits, step.fraction_bits, plan};
        if (change_all(near.plan, signal, step.integer_bits, step.fraction_bits, limits) &&
            rules.settle(near.plan)) {
          plans.push_back(near);
        }
      }
    }
  }
  return plans;
}

void check_options(const QuantizeOptions& options) {
  check_format(options.start, kMaxOperandBits, "quantize.start");
  check_in_range("quantize.goal_bits", options.goal_bits, ranges::kGoalBits);
  const BitCosts& costs = options.bit_costs;
  check_in_range("quantize.weight_bit_cost", costs.weight, ranges::kBitCost);
  check_in_range("quantize.activation_bit_cost", costs.activation, ranges::kBitCost);
  check_in_range("quantize.product_bit_cost", costs.product, ranges::kBitCost);
  if (options.uniform_bits == 0) return;
  if (!ranges::kUniformBits.contains(options.uniform_bits)) {
    throw UserError("quantize.uniform_bits", std::to_string(options.uniform_bits),
                    "needs " + range_text(ranges::kUniformBits) + ", or 0 to search widths");
  }
  if (options.scaling != LayerScaling::none) {
    throw UserError("quantize.uniform_bits", std::to_string(options.uniform_bits),
                    "needs quantize.scaling = none, not power_of_two: only binary points are "
                    "searched");
  }
}

QuantizeResult search_widths(const GraphNetwork& network, FixedEvaluator& evaluator,
                             std::int64_t most_wrong, const QuantizeOptions& options,
                             const PlanCost& cost, const SearchProgress& progress) {
  check_options(options);
  PlanJudge judge(network, evaluator, most_wrong, progress);
  const int layers = network.graph.layers();
  const PlanRules rules(network.graph);
  WidthSearch search(judge, options, cost, rules);
  QuantizeResult result;
  result.ranges = profile_ranges(network, evaluator.samples());
  const LayerFormats first_formats =
      options.uniform_bits > 0 ? uniform_words(options.uniform_bits)
                               : LayerFormats{options.start, options.start, options.start};
  expects(
      !options.answered || options.answered(uniform_plan(layers, first_formats, options.rounding)),
      "search_widths: starts from words that are answered");
  const auto refuse = [&](const char* key, const std::string& value, const FixedEvaluation& e) {
    throw UserError(key, value,
                    "has " + std::to_string(e.wrong) + " wrong samples, more than the " +
                        std::to_string(most_wrong) +
                        " that the error budget allows; needs a wider format or a larger budget");
  };
  if (options.uniform_bits > 0) {
    result.hardware.plan =
        search.place_points(plan_by_ranges(network.graph, result.ranges, options));
    result.hardware.evaluation = judge.evaluate(result.hardware.plan, "binary points");
    if (!judge.holds(result.hardware.evaluation)) {
      refuse("quantize.uniform_bits", std::to_string(options.uniform_bits),
             result.hardware.evaluation);
    }
    result.per_layer = result.hardware;
  } else {
    QuantizationPlan start =
        uniform_plan(layers, {options.start, options.start, options.start}, options.rounding);
    if (options.scaling == LayerScaling::power_of_two) {
      QuantizationPlan scaled = scaled_by_ranges(start, result.ranges, network.graph);
      if (rules.settle(scaled) && judge.holds(scaled, "start, scaled")) {
        start = scaled;
        result.ranges = profile_ranges(scaled_graph_network(network, start), evaluator.samples());
      }
    }
    const FixedEvaluation& first = judge.evaluate(start, "start");
    if (!judge.holds(first)) refuse("quantize.start", to_string(options.start), first);
    result.minima.plan = search.minima_alone(start, result.ranges);
    result.minima.evaluation = judge.evaluate(result.minima.plan, "minima joined");
    result.hardware.plan =
        search.descend(search.repair(hardware_plan(result.minima.plan, options.widest), start));
    result.hardware.evaluation = judge.evaluate(result.hardware.plan, "datapath");
    result.per_layer.plan = options.per_layer_figure ? search.narrow_layers(result.hardware.plan)
                                                     : result.hardware.plan;
    result.per_layer.evaluation = judge.evaluate(result.per_layer.plan, "layers together");
  }
  const auto reading = [&](Widest widest) {
    EvaluatedPlan reading_plan;
    try {
      reading_plan.plan = hardware_plan(result.per_layer.plan, widest);
    } catch (const UserError&) {
      if (widest == options.widest) throw;
      return reading_plan;  // the reading that was not asked for needs wider words than there are
    }
    if (!rules.settle(reading_plan.plan)) return EvaluatedPlan{};  // no machine runs this reading
    reading_plan.evaluation = judge.evaluate(reading_plan.plan, "readings of widest");
    return reading_plan;
  };
  result.one_binary_point = reading(Widest::one_binary_point);
  result.per_layer_point = reading(Widest::per_layer_point);
  result.evaluations = judge.evaluations();
  return result;
}

}  // namespace minerva::quantize
