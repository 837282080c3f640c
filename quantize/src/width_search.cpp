#include "minerva/quantize/width_search.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "minerva/core/errors.hpp"

namespace minerva::quantize {
namespace {

using Signal = QFormat LayerFormats::*;
struct NamedSignal {
  Signal member;
  int max_bits;
  const char* name;
};
constexpr std::array<NamedSignal, 3> kSignals = {{{&LayerFormats::weight, kMaxOperandBits, "W"},
                                                  {&LayerFormats::activation, kMaxOperandBits, "X"},
                                                  {&LayerFormats::product, kMaxProductBits, "P"}}};

class WidthSearch {
 public:
  WidthSearch(const Network& network, FixedEvaluator& evaluator, std::int64_t most_wrong,
              const QuantizeOptions& options, const PlanCost& cost, const SearchProgress& progress)
      : network_(network),
        evaluator_(evaluator),
        most_wrong_(most_wrong),
        options_(options),
        cost_(cost),
        progress_(progress) {}

  const FixedEvaluation& evaluate(const QuantizationPlan& plan, const std::string& what) {
    std::string key;
    for (const LayerFormats& f : plan.layers) {
      key += to_string(f.weight) + to_string(f.activation) + to_string(f.product) + ";";
    }
    const auto found = seen_.find(key);
    if (found != seen_.end()) return found->second;
    const auto& result =
        seen_.emplace(key, evaluator_.evaluate(quantize_network(network_, plan))).first->second;
    if (progress_) progress_(static_cast<std::int64_t>(seen_.size()), what);
    return result;
  }
  bool holds(const FixedEvaluation& e) const { return e.wrong <= most_wrong_; }
  double cost(const QuantizationPlan& plan) const { return cost_(plan); }
  std::int64_t evaluations() const { return static_cast<std::int64_t>(seen_.size()); }

  QuantizationPlan minima_alone(const QuantizationPlan& start,
                                const std::vector<LayerRange>& ranges);
  QuantizationPlan repair(QuantizationPlan plan, const QuantizationPlan& start, Widest widest);
  QuantizationPlan descend(QuantizationPlan plan, Widest widest);
  QuantizationPlan descend_to_goal(QuantizationPlan plan, Widest widest);
  QuantizationPlan narrow_layers(QuantizationPlan plan);

 private:
  bool legal(QFormat f, const NamedSignal& signal) const;
  /// The format of one signal changed by (dm, dn) in every layer; false when one becomes illegal.
  bool change_all(QuantizationPlan& plan, const NamedSignal& signal, int dm, int dn) const;
  std::vector<QuantizationPlan> narrower(const QuantizationPlan& plan, Widest widest) const;

  const Network& network_;
  FixedEvaluator& evaluator_;
  const std::int64_t most_wrong_;
  const QuantizeOptions& options_;
  const PlanCost& cost_;
  const SearchProgress& progress_;
  std::map<std::string, FixedEvaluation> seen_;
};

bool WidthSearch::legal(QFormat f, const NamedSignal& signal) const {
  const int fewest = signal.member == &LayerFormats::weight       ? options_.least_weight_bits
                     : signal.member == &LayerFormats::activation ? options_.least_activation_bits
                                                                  : 1;
  return f.integer_bits >= 1 && f.fraction_bits >= 0 && f.bits() <= signal.max_bits &&
         f.bits() >= fewest;
}

bool WidthSearch::change_all(QuantizationPlan& plan, const NamedSignal& signal, int dm,
                             int dn) const {
  for (LayerFormats& layer : plan.layers) {
    QFormat& f = layer.*signal.member;
    f = {f.integer_bits + dm, f.fraction_bits + dn};
    if (!legal(f, signal)) return false;
  }
  return true;
}

QuantizationPlan WidthSearch::minima_alone(const QuantizationPlan& start,
                                           const std::vector<LayerRange>& ranges) {
  QuantizationPlan minima = start;
  for (std::size_t k = 0; k < start.layers.size(); ++k) {
    const std::array<double, 3> reach = {ranges[k].weight, ranges[k].activation, ranges[k].product};
    for (std::size_t s = 0; s < kSignals.size(); ++s) {
      const NamedSignal& signal = kSignals[s];
      const std::string what = std::string(signal.name) + " of layer " + std::to_string(k);
      QuantizationPlan trial = start;
      QFormat& f = trial.layers[k].*signal.member;
      // Integer bits that the observed range leaves unused change nothing: start below them.
      QFormat best = {std::min(f.integer_bits, LayerRange::integer_bits(reach[s])),
                      f.fraction_bits};
      f = best;
      if (!holds(evaluate(trial, what))) best = start.layers[k].*signal.member;
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        while (true) {
          f = {best.integer_bits - step.integer_bits, best.fraction_bits - step.fraction_bits};
          if (!legal(f, signal) || !holds(evaluate(trial, what))) break;
          best = f;
        }
      }
      minima.layers[k].*signal.member = best;
    }
  }
  return minima;
}

QuantizationPlan WidthSearch::repair(QuantizationPlan plan, const QuantizationPlan& start,
                                     Widest widest) {
  while (!holds(evaluate(plan, "repair"))) {
    const double divergence = evaluate(plan, "repair").divergence;
    const double plan_cost = cost(plan);
    QuantizationPlan best;
    double best_gain = 0;
    bool first = true;
    for (const NamedSignal& signal : kSignals) {
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        QuantizationPlan wider = plan;
        if (!change_all(wider, signal, step.integer_bits, step.fraction_bits)) continue;
        const double extra = std::max(cost(wider) - plan_cost, 1e-9 * plan_cost);
        const double gain = (divergence - evaluate(wider, "repair").divergence) / extra;
        if (first || gain > best_gain) {
          best = wider;
          best_gain = gain;
          first = false;
        }
      }
    }
    if (first) return start;  // every word is full with its point elsewhere; the start holds
    plan = hardware_plan(best, widest);
  }
  return plan;
}

std::vector<QuantizationPlan> WidthSearch::narrower(const QuantizationPlan& plan,
                                                    Widest widest) const {
  std::vector<QuantizationPlan> moves;
  const auto add = [&](const QuantizationPlan& move, bool possible) {
    if (possible) moves.push_back(move);
  };
  for (const NamedSignal& signal : kSignals) {
    for (const auto& step : {std::array<int, 2>{-1, 0}, {0, -1}, {-2, 1}, {1, -2}}) {
      QuantizationPlan move = plan;
      const bool possible = change_all(move, signal, step[0], step[1]);
      add(move, possible);
      if (!possible) continue;
      for (const NamedSignal& other : kSignals) {  // a bit less here, a bit more there
        if (other.member == signal.member) continue;
        for (const auto& back : {std::array<int, 2>{1, 0}, {0, 1}}) {
          QuantizationPlan trade = move;
          const bool trade_possible = change_all(trade, other, back[0], back[1]);
          add(trade, trade_possible);
        }
      }
    }
    if (widest == Widest::per_layer_point) {  // move one layer's binary point within its word
      for (std::size_t k = 0; k < plan.layers.size(); ++k) {
        for (const int d : {-1, 1}) {
          QuantizationPlan move = plan;
          QFormat& f = move.layers[k].*signal.member;
          f = {f.integer_bits + d, f.fraction_bits - d};
          const bool possible = legal(f, signal);
          add(move, possible);
        }
      }
    }
  }
  return moves;
}

/// Bits of the three signals together, the widest layer of each.
int datapath_bits(const QuantizationPlan& plan) {
  int sum = 0;
  for (const NamedSignal& signal : kSignals) {
    int bits = 0;
    for (const LayerFormats& layer : plan.layers) {
      bits = std::max(bits, (layer.*signal.member).bits());
    }
    sum += bits;
  }
  return sum;
}

QuantizationPlan WidthSearch::descend_to_goal(QuantizationPlan plan, Widest widest) {
  // The path follows the divergence alone, since the count of wrong samples is not monotone: a plan
  // on the way may be outside the bound, the one returned is not.
  const QuantizationPlan start = plan;
  struct Candidate {
    double divergence;
    QuantizationPlan plan;
  };
  std::map<int, Candidate> holding;  // the best within the bound, by bits
  const auto judge = [&](const QuantizationPlan& candidate) {
    const FixedEvaluation& e = evaluate(candidate, "datapath");
    const int bits = datapath_bits(candidate);
    if (holds(e) && (holding.count(bits) == 0 || e.divergence < holding[bits].divergence)) {
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
        if (!change_all(wider, signal, step.integer_bits, step.fraction_bits)) continue;
        const double wider_divergence = evaluate(wider, "datapath").divergence;
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
  double divergence = judge(plan);
  while (true) {
    const int bits = datapath_bits(plan);
    const bool at_goal = bits <= options_.goal_bits;
    QuantizationPlan best;
    double best_divergence = divergence;
    bool found = false;
    for (const QuantizationPlan& move : narrower(plan, widest)) {
      // Above the goal every move saves a bit; at the goal it trades one for another.
      if (datapath_bits(move) != (at_goal ? bits : bits - 1)) continue;
      const double move_divergence = judge(move);
      if ((!at_goal && !found) || move_divergence < best_divergence) {
        best = move;
        best_divergence = move_divergence;
        found = true;
      }
    }
    if (!found) return holding.empty() ? start : holding.begin()->second.plan;
    plan = best;
    divergence = best_divergence;
  }
}

QuantizationPlan WidthSearch::descend(QuantizationPlan plan, Widest widest) {
  if (options_.goal_bits > 0) return descend_to_goal(plan, widest);
  while (true) {
    const double plan_cost = cost(plan);
    const double plan_divergence = evaluate(plan, "datapath").divergence;
    QuantizationPlan best;
    double best_cost = plan_cost;
    double best_divergence = plan_divergence;
    bool found = false;
    for (const QuantizationPlan& move : narrower(plan, widest)) {
      const double move_cost = cost(move);
      if (move_cost > best_cost) continue;
      const FixedEvaluation& e = evaluate(move, "datapath");
      if (!holds(e)) continue;
      if (move_cost < best_cost || e.divergence < best_divergence) {
        best = move;
        best_cost = move_cost;
        best_divergence = e.divergence;
        found = true;
      }
    }
    if (!found) return plan;
    plan = best;
  }
}

QuantizationPlan WidthSearch::narrow_layers(QuantizationPlan plan) {
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    for (const NamedSignal& signal : kSignals) {
      for (const QFormat step : {QFormat{1, 0}, QFormat{0, 1}}) {
        while (true) {
          QuantizationPlan move = plan;
          QFormat& f = move.layers[k].*signal.member;
          f = {f.integer_bits - step.integer_bits, f.fraction_bits - step.fraction_bits};
          if (!legal(f, signal) || !holds(evaluate(move, "layers together"))) break;
          plan = move;
        }
      }
    }
  }
  return plan;
}

}  // namespace

void check_options(const QuantizeOptions& options) {
  check_format(options.start, kMaxOperandBits, "quantize.start");
  expects(options.least_weight_bits >= 2 && options.least_activation_bits >= 1,
          "check_options: words of no use");
  if (options.goal_bits < 0) {
    throw UserError("quantize.goal_bits", std::to_string(options.goal_bits), "needs 0 or more");
  }
}

QuantizeResult search_widths(const Network& network, FixedEvaluator& evaluator,
                             std::int64_t most_wrong, const QuantizeOptions& options,
                             const PlanCost& cost, const SearchProgress& progress) {
  check_options(options);
  WidthSearch search(network, evaluator, most_wrong, options, cost, progress);
  const int layers = static_cast<int>(network.layers.size());
  const QuantizationPlan start =
      uniform_plan(layers, {options.start, options.start, options.start}, options.rounding);
  const FixedEvaluation& first = search.evaluate(start, "start");
  if (!search.holds(first)) {
    throw UserError("quantize.start", to_string(options.start),
                    "has " + std::to_string(first.wrong) + " wrong samples, more than the " +
                        std::to_string(most_wrong) +
                        " that the error budget allows; needs a wider format or a larger budget");
  }
  QuantizeResult result;
  result.ranges = profile_ranges(network, evaluator.samples());
  result.minima.plan = search.minima_alone(start, result.ranges);
  result.minima.evaluation = search.evaluate(result.minima.plan, "minima joined");
  result.hardware.plan = search.descend(
      search.repair(hardware_plan(result.minima.plan, options.widest), start, options.widest),
      options.widest);
  result.hardware.evaluation = search.evaluate(result.hardware.plan, "datapath");
  result.per_layer.plan =
      options.per_layer_figure ? search.narrow_layers(result.hardware.plan) : result.hardware.plan;
  result.per_layer.evaluation = search.evaluate(result.per_layer.plan, "layers together");
  const auto reading = [&](Widest widest) {
    EvaluatedPlan reading_plan;
    try {
      reading_plan.plan = hardware_plan(result.per_layer.plan, widest);
    } catch (const UserError&) {
      if (widest == options.widest) throw;
      return reading_plan;  // the reading that was not asked for needs wider words than there are
    }
    reading_plan.evaluation = search.evaluate(reading_plan.plan, "readings of widest");
    return reading_plan;
  };
  result.one_binary_point = reading(Widest::one_binary_point);
  result.per_layer_point = reading(Widest::per_layer_point);
  result.evaluations = search.evaluations();
  return result;
}

}  // namespace minerva::quantize
