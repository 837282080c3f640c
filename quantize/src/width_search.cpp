#include "minerva/quantize/width_search.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "minerva/base/errors.hpp"
#include "plan_judge.hpp"
#include "plan_moves.hpp"
#include "plan_rules.hpp"
#include "scale_choice.hpp"

namespace minerva::quantize {
namespace {

/// Trades whose scales are refined before the search ends. Assumption: on MNIST the one that helped
/// was among the first few.
constexpr std::size_t kPromisingTrades = 6;

class WidthSearch {
 public:
  WidthSearch(PlanJudge& judge, const QuantizeOptions& options, const PlanCost& cost,
              const PlanRules& rules)
      : judge_(judge),
        options_(options),
        cost_(cost),
        rules_(rules),
        limits_{least_bits(options, rules.graph().layers()), options.answered} {}

  QuantizationPlan minima_alone(const QuantizationPlan& start,
                                const std::vector<LayerRange>& ranges);
  QuantizationPlan repair(QuantizationPlan plan, const QuantizationPlan& start);
  QuantizationPlan descend(QuantizationPlan plan);
  QuantizationPlan descend_to_goal(QuantizationPlan plan);
  QuantizationPlan narrow_layers(QuantizationPlan plan);
  QuantizationPlan place_points(QuantizationPlan plan);
  /// Words of one width with the points moved until the machine can run them. Throws UserError
  /// where it cannot.
  QuantizationPlan runnable_uniform(QuantizationPlan plan) const;

 private:
  /// The signal of every layer changed, and what follows from it; false: no such plan.
  bool changed(QuantizationPlan& plan, const NamedSignal& signal, int dm, int dn) const {
    return change_all(plan, signal, dm, dn, limits_) && rules_.settle(plan);
  }
  /// The plans with other scales that the machine can run.
  std::vector<QuantizationPlan> rescaled_plans(const QuantizationPlan& plan) const {
    std::vector<QuantizationPlan> plans;
    for (QuantizationPlan& move : rescaled(plan)) {
      if (rules_.settle(move)) plans.push_back(std::move(move));
    }
    return plans;
  }
  double divergence(const QuantizationPlan& plan) {
    return judge_.evaluate(plan, "datapath").divergence;
  }
  /// Moves that may save a bit, and trades of one signal's bit for another's.
  std::vector<QuantizationPlan> narrower(const QuantizationPlan& plan) const;
  /// Moves that cost no bit: binary points, and scales where they are asked for.
  std::vector<QuantizationPlan> shifted(const QuantizationPlan& plan) const;
  /// The plan after scale moves as long as the divergence falls.
  QuantizationPlan refine_scales(QuantizationPlan plan);
  /// Adds each move with the scale of the whole network a power of two down and up: what the one
  /// costs alone hides what both save.
  void add_scaled(std::vector<QuantizationPlan>& moves) const;
  /// Where no move helps: the best trades of a bit, each after its scales are refined. True when
  /// one diverges less than `plan`, which it then replaces.
  bool look_further(QuantizationPlan& plan, int bits);

  PlanJudge& judge_;
  const QuantizeOptions& options_;
  const PlanCost& cost_;
  const PlanRules& rules_;
  const PlanLimits limits_;
};

QuantizationPlan WidthSearch::minima_alone(const QuantizationPlan& start,
                                           const std::vector<LayerRange>& ranges) {
  QuantizationPlan minima = start;
  judge_.begin_from(start);
  // The last layer first: what lies below it is computed once for all of its formats.
  for (std::size_t k = start.layers.size(); k-- > 0;) {
    const std::array<double, 3> reach = {ranges[k].weight, ranges[k].activation, ranges[k].product};
    for (std::size_t s = 0; s < kSignals.size(); ++s) {
      const NamedSignal& signal = kSignals[s];
      if (!rules_.is_free(k, signal)) continue;
      const std::string what = std::string(signal.name) + " of layer " + std::to_string(k);
      QuantizationPlan trial = start;
      QFormat& f = trial.layers[k].*signal.member;
      // Integer bits that the observed range leaves unused change nothing: start below them.
      QFormat best = {std::min(f.integer_bits, LayerRange::integer_bits(reach[s])),
                      f.fraction_bits};
      f = best;
      if (!limits_.legal(f, signal) || !rules_.settle(trial) || !judge_.holds(trial, what)) {
        best = start.layers[k].*signal.member;
      }
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        while (true) {
          f = {best.integer_bits - step.integer_bits, best.fraction_bits - step.fraction_bits};
          if (!limits_.legal(f, signal) || !rules_.settle(trial) || !judge_.holds(trial, what))
            break;
          best = f;
        }
      }
      minima.layers[k].*signal.member = best;
    }
  }
  // Minima that can run one by one need not be able to together.
  return rules_.legal_from(std::move(minima), start, limits_);
}

QuantizationPlan WidthSearch::repair(QuantizationPlan plan, const QuantizationPlan& start) {
  // Minima that are answered one by one need not be together.
  plan = widened_to_answer(
      plan,
      {widest_bits(start, &LayerFormats::weight), widest_bits(start, &LayerFormats::activation),
       widest_bits(start, &LayerFormats::product)},
      limits_);
  plan = rules_.legal_from(std::move(plan), start, limits_);
  while (!judge_.holds(judge_.evaluate(plan, "repair"))) {
    const double plan_divergence = divergence(plan);
    const double plan_cost = cost_(plan);
    QuantizationPlan best;
    double best_gain = 0;
    bool first = true;
    for (const NamedSignal& signal : kSignals) {
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        QuantizationPlan wider = plan;
        if (!changed(wider, signal, step.integer_bits, step.fraction_bits)) continue;
        const double extra = std::max(cost_(wider) - plan_cost, 1e-9 * plan_cost);
        const double gain = (plan_divergence - judge_.evaluate(wider, "repair").divergence) / extra;
        if (first || gain > best_gain) {
          best = wider;
          best_gain = gain;
          first = false;
        }
      }
    }
    if (first) return start;  // every word is full with its point elsewhere; the start holds
    plan = rules_.legal_from(hardware_plan(best, options_.widest), start, limits_);
  }
  return plan;
}

std::vector<QuantizationPlan> WidthSearch::narrower(const QuantizationPlan& plan) const {
  std::vector<QuantizationPlan> moves;
  for (const NamedSignal& signal : kSignals) {
    for (const auto& step : {std::array<int, 2>{-1, 0}, {0, -1}, {-2, 1}, {1, -2}}) {
      QuantizationPlan move = plan;
      if (!change_all(move, signal, step[0], step[1], limits_)) continue;
      // A plan that cannot run may be one half of a trade that can.
      QuantizationPlan settled = move;
      if (rules_.settle(settled)) moves.push_back(settled);
      for (const NamedSignal& other : kSignals) {  // a bit less here, a bit more there
        if (other.member == signal.member) continue;
        for (const auto& back : {std::array<int, 2>{1, 0}, {0, 1}}) {
          QuantizationPlan trade = move;
          if (changed(trade, other, back[0], back[1])) moves.push_back(trade);
        }
      }
    }
  }
  return moves;
}

std::vector<QuantizationPlan> WidthSearch::shifted(const QuantizationPlan& plan) const {
  std::vector<QuantizationPlan> moves;
  for (const NamedSignal& signal : kSignals) {
    for (const int d : {-1, 1}) {
      QuantizationPlan move = plan;
      if (changed(move, signal, d, -d)) moves.push_back(move);
    }
    if (options_.widest != Widest::per_layer_point) continue;
    for (std::size_t k = plan.layers.size(); k-- > 0;) {
      if (!rules_.is_free(k, signal)) continue;
      for (const int d : {-1, 1}) {
        QuantizationPlan move = plan;
        QFormat& f = move.layers[k].*signal.member;
        f = {f.integer_bits + d, f.fraction_bits - d};
        if (limits_.legal(f, signal) && rules_.settle(move)) moves.push_back(move);
      }
    }
  }
  if (options_.scaling == LayerScaling::power_of_two) {
    for (QuantizationPlan& move : rescaled_plans(plan)) moves.push_back(std::move(move));
  }
  return moves;
}

QuantizationPlan WidthSearch::refine_scales(QuantizationPlan plan) {
  if (options_.scaling == LayerScaling::none) return plan;
  double least_divergence = divergence(plan);
  for (bool better = true; better;) {
    better = false;
    for (const QuantizationPlan& move : rescaled_plans(plan)) {
      const double move_divergence = divergence(move);
      if (move_divergence >= least_divergence) continue;
      plan = move;
      least_divergence = move_divergence;
      better = true;
      break;
    }
  }
  return plan;
}

void WidthSearch::add_scaled(std::vector<QuantizationPlan>& moves) const {
  if (options_.scaling == LayerScaling::none) return;
  for (std::size_t i = 0, unscaled = moves.size(); i < unscaled; ++i) {
    for (const int d : {-1, 1}) {
      QuantizationPlan move = moves[i];
      if (scale_all(move, d) && rules_.settle(move)) moves.push_back(std::move(move));
    }
  }
}

bool WidthSearch::look_further(QuantizationPlan& plan, int bits) {
  if (options_.scaling == LayerScaling::none) return false;
  const double least_divergence = divergence(plan);
  std::vector<QuantizationPlan> moves = narrower(plan);
  add_scaled(moves);
  std::vector<std::pair<double, QuantizationPlan>> promising;
  for (const QuantizationPlan& move : moves) {
    if (datapath_bits(move) == bits) promising.emplace_back(divergence(move), move);
  }
  std::stable_sort(promising.begin(), promising.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (promising.size() > kPromisingTrades) promising.resize(kPromisingTrades);
  for (const auto& [trade_divergence, trade] : promising) {
    const QuantizationPlan refined = refine_scales(trade);
    if (divergence(refined) >= least_divergence) continue;
    plan = refined;
    return true;
  }
  return false;
}

QuantizationPlan WidthSearch::descend_to_goal(QuantizationPlan plan) {
  // The path follows the divergence alone, since the count of wrong samples is not monotone: a plan
  // on the way may be outside the bound, the one returned is not.
  const QuantizationPlan start = plan;
  struct Candidate {
    double divergence;
    QuantizationPlan plan;
  };
  std::map<int, Candidate> holding;  // the best within the bound, by bits
  const auto judge = [&](const QuantizationPlan& candidate) {
    const FixedEvaluation& e = judge_.evaluate(candidate, "datapath");
    const int bits = datapath_bits(candidate);
    if (judge_.holds(e) && (holding.count(bits) == 0 || e.divergence < holding[bits].divergence)) {
      holding[bits] = {e.divergence, candidate};
    }
    return e.divergence;
  };
  // Joined minima may be narrower than the goal: bits up to it go where they help most.
  while (datapath_bits(plan) < options_.goal_bits) {
    QuantizationPlan best;
    double best_divergence = 0;
    bool found = false;
    for (const NamedSignal& signal : kSignals) {
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        QuantizationPlan wider = plan;
        if (!changed(wider, signal, step.integer_bits, step.fraction_bits)) continue;
        const double wider_divergence = divergence(wider);
        if (!found || wider_divergence < best_divergence) {
          best = wider;
          best_divergence = wider_divergence;
          found = true;
        }
      }
    }
    if (!found) break;
    plan = best;
  }
  plan = refine_scales(plan);
  double plan_divergence = judge(plan);
  while (true) {
    const int bits = datapath_bits(plan);
    const bool at_goal = bits <= options_.goal_bits;
    std::vector<QuantizationPlan> moves = narrower(plan);
    if (!at_goal) add_scaled(moves);
    if (at_goal) {
      for (QuantizationPlan& move : shifted(plan)) moves.push_back(std::move(move));
    }
    QuantizationPlan best;
    double best_divergence = plan_divergence;
    bool found = false;
    for (const QuantizationPlan& move : moves) {
      // Above the goal every move saves a bit; at the goal it trades one for another.
      if (datapath_bits(move) != (at_goal ? bits : bits - 1)) continue;
      const double move_divergence = judge(move);
      if ((!at_goal && !found) || move_divergence < best_divergence) {
        best = move;
        best_divergence = move_divergence;
        found = true;
      }
    }
    if (!found && at_goal) found = look_further(best = plan, bits);
    if (!found) return holding.empty() ? start : holding.begin()->second.plan;
    plan = at_goal ? best : refine_scales(best);
    plan_divergence = judge(plan);
  }
}

QuantizationPlan WidthSearch::descend(QuantizationPlan plan) {
  if (options_.goal_bits > 0) return descend_to_goal(plan);
  while (true) {
    const double plan_cost = cost_(plan);
    struct Move {
      double cost;
      QuantizationPlan plan;
    };
    std::vector<Move> moves;
    const auto add = [&](const std::vector<QuantizationPlan>& plans) {
      for (const QuantizationPlan& move : plans) {
        const double move_cost = cost_(move);
        if (move_cost <= plan_cost) moves.push_back({move_cost, move});
      }
    };
    add(narrower(plan));
    add(shifted(plan));
    std::stable_sort(moves.begin(), moves.end(),
                     [](const Move& a, const Move& b) { return a.cost < b.cost; });
    // The cheapest that holds; of equals the least divergence, and of the plan's own cost only what
    // diverges less.
    const Move* best = nullptr;
    double best_divergence = 0;
    for (const Move& move : moves) {
      if (best != nullptr && move.cost > best->cost) break;
      if (!judge_.holds(move.plan, "datapath")) continue;
      const double move_divergence = divergence(move.plan);
      if (best == nullptr ? move.cost < plan_cost || move_divergence < divergence(plan)
                          : move_divergence < best_divergence) {
        best = &move;
        best_divergence = move_divergence;
      }
    }
    if (best == nullptr) return plan;
    plan = best->plan;
  }
}

QuantizationPlan WidthSearch::narrow_layers(QuantizationPlan plan) {
  judge_.begin_from(plan);
  for (std::size_t k = plan.layers.size(); k-- > 0;) {
    for (const NamedSignal& signal : kSignals) {
      if (!rules_.is_free(k, signal)) continue;
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        while (true) {
          QuantizationPlan move = plan;
          QFormat& f = move.layers[k].*signal.member;
          f = {f.integer_bits - step.integer_bits, f.fraction_bits - step.fraction_bits};
          if (!limits_.legal(f, signal) || !rules_.settle(move) ||
              !judge_.holds(move, "layers together")) {
            break;
          }
          plan = move;
        }
      }
    }
  }
  return plan;
}

QuantizationPlan WidthSearch::place_points(QuantizationPlan plan) {
  for (bool better = true; better;) {
    better = false;
    QuantizationPlan best;
    double best_divergence = divergence(plan);
    for (const QuantizationPlan& move : shifted(plan)) {
      const double move_divergence = divergence(move);
      if (move_divergence >= best_divergence) continue;
      best = move;
      best_divergence = move_divergence;
      better = true;
    }
    if (better) plan = best;
  }
  return plan;
}

QuantizationPlan WidthSearch::runnable_uniform(QuantizationPlan plan) const {
  // Added words need at least their own fraction bits in P.
  while (!rules_.settle(plan)) {
    if (change_all(plan, kSignals[1], 1, -1, limits_)) continue;
    throw UserError("quantize.uniform_bits", std::to_string(options_.uniform_bits),
                    "leaves no binary points with which the network's added tensors are exact");
  }
  return plan;
}

/// Words of one width, points where the ranges ask for them; the search starts there.
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
    result.hardware.plan = search.place_points(
        search.runnable_uniform(uniform_by_ranges(layers, options, result.ranges)));
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
