#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/design/counts.hpp"
#include "minerva/design/quantized_network.hpp"
#include "minerva/nn/dataset.hpp"
#include "minerva/nn/network.hpp"

namespace minerva {

/// The network in the formats of `plan`, thresholds as codes, no faults. Weights and biases are
/// always rounded half up. `thresholds` empty: none. Throws UserError when plan or thresholds do not
/// fit the network.
QuantizedNetwork quantize_network(const Network& network, const QuantizationPlan& plan,
                                  const PruningThresholds& thresholds = {});

/// Inputs of layer 1 as codes, one sample a column of n_in codes.
std::vector<std::int16_t> input_codes(const Eigen::MatrixXf& inputs, QFormat format, Rounding mode);

/// Everything that one prediction computes, in integers: the reference that every other engine and
/// model is held against. Plain loops, no SIMD.
struct FixedTrace {
  std::vector<std::vector<std::int32_t>> inputs;        ///< x of each layer, codes of X
  std::vector<std::vector<std::int64_t>> accumulators;  ///< acc of each layer, at the fraction of P
  int predicted_class = 0;
};
FixedTrace trace_prediction(const QuantizedNetwork& network, const std::int16_t* input);

/// What a set of samples gave.
struct FixedEvaluation {
  std::int64_t samples = 0;
  std::int64_t wrong = 0;
  /// Mean divergence (Kullback-Leibler, nats) of the softmax outputs from the float network's; the
  /// smooth loss that ranks candidates. 0 when no reference outputs were given.
  double divergence = 0;
  ActivityProfile activity;

  double error_percent() const {
    return 100.0 * static_cast<double>(wrong) / static_cast<double>(samples);
  }
};

/// Answers "what is the error of this network with this arithmetic" on one set of samples, many
/// times: keeps the inputs in the formats asked for and the float outputs to diverge from.
/// Results do not depend on threads or CPU. Calls from several threads at once are not allowed.
class FixedEvaluator {
 public:
  /// `samples` must outlive the evaluator. `float_reference`: outputs x samples, or empty.
  FixedEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads);
  ~FixedEvaluator();
  FixedEvaluator(const FixedEvaluator&) = delete;
  FixedEvaluator& operator=(const FixedEvaluator&) = delete;

  /// @param chunk inputs per cycle that the activity is counted for.
  FixedEvaluation evaluate(const QuantizedNetwork& network, int chunk = 1);
  /// Activity of each sample on its own, in the order of the samples.
  std::vector<ActivityProfile> activity_of_each(const QuantizedNetwork& network, int chunk);
  const Samples& samples() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minerva
