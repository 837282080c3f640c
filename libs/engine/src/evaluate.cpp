#include "minerva/engine/evaluate.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/network/graph_network.hpp"

namespace minerva {

QuantizedGraph quantized(const Design& design) {
  expects(design.network != nullptr, "a design without a network cannot be evaluated");
  QuantizedGraph network = quantize_graph(*design.network, design.plan, design.thresholds);
  network.mitigation = design.mitigation;
  return network;
}

FixedEvaluation evaluate(const Design& design, const Samples& samples, int threads) {
  const QuantizedGraph network = quantized(design);
  FixedEvaluator evaluator(samples, float_outputs(*design.network, samples.inputs, threads),
                           threads);
  return evaluator.evaluate(network, counting_for(network.graph, design.point));
}

}  // namespace minerva
