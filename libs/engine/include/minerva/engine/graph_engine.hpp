#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/design/graph_counts.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// Output sums of a float network of any layers, outputs x samples. Each sum begins with its bias
/// (and the added word) and is added in the order of the inputs, without fused operations, so its
/// bits are the same on every machine and thread count. An average is a sum divided once.
Eigen::MatrixXf graph_float_outputs(const GraphNetwork& network, const SampleInputs& inputs,
                                    int threads = 1);

/// The largest |x| over the samples of every word of every tensor of the float network, in storage
/// order; those of the outputs are sums.
std::vector<Eigen::VectorXf> largest_magnitudes(const GraphNetwork& network,
                                                const SampleInputs& inputs, int threads = 1);

/// What it gives and is asked for is what FixedEvaluator gives and is asked for.
using GraphEvaluation = FixedEvaluation;
using GraphJudgement = Judgement;
using GraphCounting = ActivityCounting;

/// Answers "what is the error of this network with this arithmetic" for graphs, on one set of
/// samples; keeps the inputs in the formats asked for. Every product is rounded and saturated as
/// docs/arithmetic.md says. Results do not depend on threads, CPU or earlier calls. Calls from
/// several threads at once are not allowed.
class GraphEvaluator {
 public:
  /// `samples` must outlive the evaluator. `float_reference`: outputs x samples, or empty.
  GraphEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads,
                 ErrorMeasure measure = {});
  ~GraphEvaluator();
  GraphEvaluator(const GraphEvaluator&) = delete;
  GraphEvaluator& operator=(const GraphEvaluator&) = delete;

  GraphEvaluation evaluate(const QuantizedGraph& network, const GraphCounting& counting = {});
  /// Whether at most `most_wrong` samples are wrong (negative: never); stops when more are.
  GraphJudgement judge(const QuantizedGraph& network, std::int64_t most_wrong,
                       const GraphCounting& counting = {});
  /// Keeps every tensor that `base` computes, 2 bytes a word and sample, where they are at most
  /// kMostBaseBytes: networks that equal it in their first layers then begin behind these. Another
  /// chunk than that of a later call is of no use to it.
  void prepare_base(const QuantizedGraph& base, int chunk = 1);
  static constexpr std::int64_t kMostBaseBytes = std::int64_t{1} << 30;
  /// As FixedEvaluator::code_histogram.
  std::vector<CodeHistogram> code_histogram(const QuantizedGraph& network);
  /// As FixedEvaluator::activity_of_each.
  std::vector<ActivityProfile> activity_of_each(const QuantizedGraph& network, int chunk);
  /// The sums of every layer for each sample, in storage order: what a dump holds. Memory: 8 bytes
  /// a neuron and sample.
  std::vector<std::vector<std::vector<std::int64_t>>> accumulators(const QuantizedGraph& network);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minerva
