#include "minerva/prune/threshold_search.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::prune {

void check_options(const PruneOptions& options) {
  check_in_range("prune.goal_beyond_zeros_percent", options.goal_beyond_zeros_percent,
                 ranges::kGoalBeyondZerosPercent);
  check_in_range("prune.goal_percent", options.goal_percent, ranges::kGoalPercent);
  if (options.goal_percent < 0 && options.goal_percent != PruneOptions::kNoGoal) {
    throw UserError("prune.goal_percent", number_text(options.goal_percent),
                    "needs 0 to 100, or -1 for prune.goal_beyond_zeros_percent");
  }
  for (const double theta : options.curve)
    check_in_range("prune.threshold_curve", theta, ranges::kTheta);
}

double goal_of(const PruneOptions& options, double skipped_by_zeros_percent) {
  if (options.goal_percent != PruneOptions::kNoGoal) return options.goal_percent;
  return skipped_by_zeros_percent +
         (100 - skipped_by_zeros_percent) * options.goal_beyond_zeros_percent / 100;
}

double skipped_percent(const QuantizedGraph& network, const ActivityProfile& activity) {
  double skipped = 0;
  double all = 0;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const GraphLayer& layer = network.graph.layer(static_cast<int>(k));
    if (!layer.has_weights()) continue;
    const int neurons = layer.channels / layer.groups;  // that an input feeds
    const double inputs = static_cast<double>(window_words(network.graph, static_cast<int>(k))) *
                          static_cast<double>(activity.samples);
    all += inputs * neurons;
    skipped += (inputs - static_cast<double>(activity.layers[k].kept_inputs)) * neurons;
  }
  return 100 * skipped / all;
}

PruneResult search_thresholds(const GraphNetwork& network, const QuantizationPlan& plan,
                              FixedEvaluator& evaluator, std::int64_t most_wrong,
                              const PruneOptions& options, const SearchProgress& progress) {
  check_options(options);
  PruneResult result;
  const std::size_t layers = plan.layers.size();
  const auto evaluate = [&](const PruningThresholds& thresholds, const std::string& what) {
    const QuantizedGraph quantized = quantize_graph(network, plan, thresholds);
    const FixedEvaluation evaluation = evaluator.evaluate(quantized);
    ++result.evaluations;
    if (progress) progress(result.evaluations, what);
    return std::pair(evaluation, skipped_percent(quantized, evaluation.activity));
  };
  // Pools skip nothing: their threshold stays 0.
  const auto has_threshold = [&](std::size_t k) {
    return network.graph.layer(static_cast<int>(k)).has_weights();
  };
  const auto reach = [&](std::size_t k) {
    return std::ldexp(1.0, plan.layers[k].activation.integer_bits - 1);
  };
  for (const double theta : options.curve) {
    PruningThresholds same;
    bool beyond = false;
    for (std::size_t k = 0; k < layers; ++k) {
      same.theta.push_back(has_threshold(k) ? theta : 0);
      beyond = beyond || same.theta.back() > reach(k);
    }
    if (beyond) break;  // beyond a layer's format every input is skipped: no point of the curve
    const auto [evaluation, skipped] = evaluate(same, "sweep");
    result.curve.push_back({theta, evaluation.wrong, skipped});
  }

  for (std::size_t k = 0; k < layers; ++k) {
    result.thresholds.theta.push_back(has_threshold(k) ? plan.layers[k].activation.step() : 0);
  }
  std::tie(result.evaluation, result.skipped_percent) = evaluate(result.thresholds, "zeros");
  result.skipped_by_zeros_percent = result.skipped_percent;
  result.goal_percent = goal_of(options, result.skipped_by_zeros_percent);
  while (result.skipped_percent < result.goal_percent) {
    PruneResult best;
    double best_ratio = -1;
    if (!network.graph.is_dense_chain()) {  // the engine of chains finds what it saw by itself
      evaluator.prepare_base(quantize_graph(network, plan, result.thresholds));
    }
    // The last layer first: what lies below a change is not computed again.
    for (std::size_t k = layers; k-- > 0;) {
      if (!has_threshold(k)) continue;
      PruningThresholds raised = result.thresholds;
      raised.theta[k] += plan.layers[k].activation.step();
      if (raised.theta[k] > reach(k)) continue;
      const QuantizedGraph quantized = quantize_graph(network, plan, raised);
      const Judgement judgement = evaluator.judge(quantized, most_wrong);
      ++result.evaluations;
      if (progress) progress(result.evaluations, "layer " + std::to_string(k));
      if (!judgement.within) continue;
      const FixedEvaluation& evaluation = judgement.evaluation;
      const double skipped = skipped_percent(quantized, evaluation.activity);
      // Divergence may fall by chance; what falls is taken as free.
      const double added = std::max(evaluation.divergence - result.evaluation.divergence, 1e-12);
      const double ratio = (skipped - result.skipped_percent) / added;
      if (ratio >= best_ratio) {  // of equals the lowest layer
        best_ratio = ratio;
        best.thresholds = raised;
        best.evaluation = evaluation;
        best.skipped_percent = skipped;
      }
    }
    if (best_ratio < 0) break;
    result.thresholds = best.thresholds;
    result.evaluation = best.evaluation;
    result.skipped_percent = best.skipped_percent;
  }
  result.goal_reached = result.skipped_percent >= result.goal_percent;
  return result;
}

}  // namespace minerva::prune
