#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/design/graph_counts.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// Output sums of a float network of any layers, outputs x samples. Each sum begins with its bias
/// (and the added word) and is added in the order of the inputs, without fused operations, so its
/// bits are the same on every machine and thread count. An average is a sum divided once.
Eigen::MatrixXf graph_float_outputs(const GraphNetwork& network, const SampleInputs& inputs,
                                    int threads = 1);

/// What a set of samples gave.
struct GraphEvaluation {
  std::int64_t samples = 0;
  std::int64_t wrong = 0;
  /// As FixedEvaluation::divergence.
  double divergence = 0;
  GraphActivity activity;

  double error_percent() const {
    return 100.0 * static_cast<double>(wrong) / static_cast<double>(samples);
  }
};
/// As Judgement.
struct GraphJudgement {
  bool within = false;
  GraphEvaluation evaluation;
};

/// What the activity of a graph is counted for.
struct GraphCounting {
  int chunk = 1;  ///< inputs a cycle
  int tile = 1;   ///< positions, or predictions, that one weight read serves; 1 to 32
};

/// Answers "what is the error of this network with this arithmetic" for graphs, on one set of
/// samples; keeps the inputs in the formats asked for. Every product is rounded and saturated as
/// docs/arithmetic.md says. Results do not depend on threads, CPU or earlier calls. Calls from
/// several threads at once are not allowed.
class GraphEvaluator {
 public:
  /// `samples` must outlive the evaluator. `float_reference`: outputs x samples, or empty.
  GraphEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads);
  ~GraphEvaluator();
  GraphEvaluator(const GraphEvaluator&) = delete;
  GraphEvaluator& operator=(const GraphEvaluator&) = delete;

  GraphEvaluation evaluate(const QuantizedGraph& network, const GraphCounting& counting = {});
  /// Whether at most `most_wrong` samples are wrong (negative: never); stops when more are.
  GraphJudgement judge(const QuantizedGraph& network, std::int64_t most_wrong,
                       const GraphCounting& counting = {});
  /// The sums of every layer for each sample, in storage order: what a dump holds. Memory: 8 bytes
  /// a neuron and sample.
  std::vector<std::vector<std::vector<std::int64_t>>> accumulators(const QuantizedGraph& network);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minerva
