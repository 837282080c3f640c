#pragma once
#include <vector>

#include "minerva/quantize/width_search.hpp"
#include "plan_judge.hpp"
#include "plan_moves.hpp"
#include "plan_rules.hpp"
#include "scale_choice.hpp"

namespace minerva::quantize {

/// The steps of the search for formats, each from one plan to another (quantize/README.md).
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

}  // namespace minerva::quantize
