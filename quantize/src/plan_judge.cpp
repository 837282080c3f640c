#include "plan_judge.hpp"

#include "minerva/network/quantized_graph.hpp"

namespace minerva::quantize {
namespace {

std::string key_of(const QuantizationPlan& plan) {
  std::string key;
  for (const LayerFormats& f : plan.layers) {
    key += to_string(f.weight) + to_string(f.activation) + to_string(f.product) + "*" +
           std::to_string(f.scale_exponent) + ";";
  }
  return key;
}

}  // namespace

void PlanJudge::count(const std::string& what) {
  ++evaluations_;
  if (progress_) progress_(evaluations_, what);
}

QuantizedGraph PlanJudge::quantized(const QuantizationPlan& plan) {
  QuantizedGraph network;
  network.graph = network_.graph;
  network.rounding = plan.rounding;
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    const LayerFormats& f = plan.layers[k];
    const std::string key =
        std::to_string(k) + to_string(f.weight) + to_string(f.product) + "*" +
        std::to_string(weight_scale_exponent(network_.graph, plan, static_cast<int>(k))) + "*" +
        std::to_string(f.scale_exponent);
    auto found = layers_.find(key);
    if (found == layers_.end()) {
      found = layers_.emplace(key, quantize_graph_layer(network_, plan, static_cast<int>(k))).first;
    }
    network.layers.push_back(found->second);
    network.layers.back().formats = f;
  }
  return network;
}

void PlanJudge::begin_from(const QuantizationPlan& plan) {
  // The engine of chains finds what it saw before by itself.
  if (!network_.graph.is_dense_chain()) evaluator_.prepare_base(quantized(plan));
}

const FixedEvaluation& PlanJudge::evaluate(const QuantizationPlan& plan, const std::string& what) {
  const std::string key = key_of(plan);
  const auto found = evaluated_.find(key);
  if (found != evaluated_.end()) return found->second;
  const auto& result = evaluated_.emplace(key, evaluator_.evaluate(quantized(plan))).first->second;
  // A plan that was judged to be outside before is asked about for the second time.
  judged_[key] = holds(result);
  count(what);
  return result;
}

bool PlanJudge::holds(const QuantizationPlan& plan, const std::string& what) {
  const std::string key = key_of(plan);
  const auto found = judged_.find(key);
  if (found != judged_.end()) return found->second;
  const Judgement judgement = evaluator_.judge(quantized(plan), most_wrong_);
  if (judgement.within) evaluated_[key] = judgement.evaluation;  // whole, the divergence too
  judged_[key] = judgement.within;
  count(what);
  return judgement.within;
}

}  // namespace minerva::quantize
