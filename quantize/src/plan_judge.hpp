#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "minerva/network/quantized_graph.hpp"
#include "minerva/quantize/width_search.hpp"

namespace minerva::quantize {

/// Asks the engine about plans, each question once.
class PlanJudge {
 public:
  PlanJudge(const GraphNetwork& network, FixedEvaluator& evaluator, std::int64_t most_wrong,
            const SearchProgress& progress)
      : network_(network), evaluator_(evaluator), most_wrong_(most_wrong), progress_(progress) {}

  /// Wrong samples and divergence of the plan.
  const FixedEvaluation& evaluate(const QuantizationPlan& plan, const std::string& what);
  /// Whether the plan is within the bound, which is known sooner than how far.
  bool holds(const QuantizationPlan& plan, const std::string& what);
  bool holds(const FixedEvaluation& e) const { return e.wrong <= most_wrong_; }
  /// Makes plans cheap that begin as this one does.
  void begin_from(const QuantizationPlan& plan);
  /// Questions that the engine answered.
  std::int64_t evaluations() const { return evaluations_; }

 private:
  void count(const std::string& what);
  /// As quantize_network; a layer's weights are rounded once for each format and scale.
  QuantizedGraph quantized(const QuantizationPlan& plan);

  const GraphNetwork& network_;
  FixedEvaluator& evaluator_;
  const std::int64_t most_wrong_;
  const SearchProgress& progress_;
  std::map<std::string, FixedEvaluation> evaluated_;
  std::map<std::string, bool> judged_;
  std::map<std::string, QuantizedLayer> layers_;  ///< by layer, W, P and scales
  std::int64_t evaluations_ = 0;
};

}  // namespace minerva::quantize
