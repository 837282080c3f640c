#include <algorithm>
#include <map>

#include "width_steps.hpp"

// The descent from a plan that holds to the cheapest one, and its moves.
namespace minerva::quantize {
namespace {

/// Trades whose scales are refined before the search ends. Assumption: on MNIST the one that helped
/// was among the first few.
constexpr std::size_t kPromisingTrades = 6;

}  // namespace

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

}  // namespace minerva::quantize
