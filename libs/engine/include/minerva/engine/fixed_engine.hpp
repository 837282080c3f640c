#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/read_ahead.hpp"
#include "minerva/engine/error_measure.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// `count` values as codes of X.
std::vector<std::int16_t> codes_of(const float* values, std::size_t count, QFormat format,
                                   Rounding mode);
/// Inputs of layer 1 as codes, one sample a column of n_in codes; sparse ones become dense.
std::vector<std::int16_t> input_codes(const SampleInputs& inputs, QFormat format, Rounding mode);

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
  /// Wrong samples; the error in its units where the evaluator's ErrorMeasure is another.
  std::int64_t wrong = 0;
  /// Mean divergence (Kullback-Leibler, nats) of the softmax outputs from the float network's; the
  /// smooth loss that ranks candidates; with targets half the squared distance. 0 when no reference
  /// outputs were given.
  double divergence = 0;
  ActivityProfile activity;

  double error_percent() const {
    return 100.0 * static_cast<double>(wrong) / static_cast<double>(samples);
  }
};

/// Whether a network stays within a number of wrong samples.
struct Judgement {
  bool within = false;
  /// Whole when within. Otherwise it was stopped as soon as that was certain, and only `samples`
  /// (of the whole set) and `wrong` are set: wrong = most_wrong + 1, at least as many are.
  FixedEvaluation evaluation;
};

/// Inputs of a layer that its comparator skipped, over all samples of an activity.
struct SkippedInputs {
  std::int64_t zeros = 0;         ///< their code is 0
  std::int64_t by_threshold = 0;  ///< not 0, and below theta
};
SkippedInputs skipped_inputs(const QuantizedLayer& layer, const LayerActivity& activity,
                             std::int64_t samples);
/// The same of any layer, of whose windows so many words were looked at (window_words).
SkippedInputs skipped_inputs(std::int64_t words, int theta_code, const LayerActivity& activity);

/// How often each code stood at the input of a layer.
struct CodeHistogram {
  QFormat format;                    ///< X of the layer
  std::vector<std::int64_t> counts;  ///< [code - format.min_code()], over samples and inputs
};

/// What activity is counted for.
struct ActivityCounting {
  int chunk = 1;  ///< inputs a cycle
  int tile = 1;   ///< positions, or predictions of a batch, that one weight read serves; 1 to 32
  /// Machine whose cycles are counted, if it is one; of chains of dense layers.
  ReadAhead read_ahead = {};
  int batch_size = 1;  ///< predictions that run together; a power of two up to kMaxBatchSize

  ActivityCounting(int inputs_per_cycle = 1, int positions_per_weight = 1,
                   const ReadAhead& counted = {}, int predictions_together = 1)
      : chunk(inputs_per_cycle),
        tile(positions_per_weight),
        read_ahead(counted),
        batch_size(predictions_together) {}
};
/// What the machine at `point` asks of the activity of a network. Dense layers alone have no
/// positions but the predictions of a batch, and their engine counts no tiles.
ActivityCounting counting_for(const LayerGraph& graph, const DesignPoint& point);

/// Answers "what is the error of this network with this arithmetic" on one set of samples, many
/// times, for networks of any layers: chains of dense layers by one engine, all other networks by
/// another (README.md). Keeps the inputs in the formats asked for, the float outputs to diverge
/// from, and what earlier calls computed for layers that are the same again.
/// Results do not depend on threads, CPU or earlier calls. Calls from several threads at once are
/// not allowed. A QuantizedNetwork gives what its graph gives.
class FixedEvaluator {
 public:
  /// `samples` must outlive the evaluator. `float_reference`: outputs x samples, or empty. What is
  /// said of wrong samples holds for any `measure` in its units.
  FixedEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads,
                 ErrorMeasure measure = {});
  ~FixedEvaluator();
  FixedEvaluator(const FixedEvaluator&) = delete;
  FixedEvaluator& operator=(const FixedEvaluator&) = delete;

  FixedEvaluation evaluate(const QuantizedGraph& network, const ActivityCounting& counting = {});
  FixedEvaluation evaluate(const QuantizedNetwork& network, int chunk = 1);
  /// Whether at most `most_wrong` samples are wrong (negative: none is allowed, never within);
  /// stops early when more are.
  Judgement judge(const QuantizedGraph& network, std::int64_t most_wrong, int chunk = 1);
  Judgement judge(const QuantizedNetwork& network, std::int64_t most_wrong, int chunk = 1);
  /// Keeps what every layer of `base` computes, so that evaluate() and judge() of a network that
  /// differs from it in few weights as read (a fault map at a low rate) recompute only what can
  /// differ, and of one that equals it in its first layers begin behind them. They find out by
  /// themselves; results are the same bits with and without a base. A new base replaces the one
  /// before. Memory of a chain: 6 bytes a neuron and sample. Of other networks: 2 bytes a word and
  /// sample, where they fit in 1 GB; only first layers that are the same are then left out.
  void prepare_base(const QuantizedGraph& base);
  void prepare_base(const QuantizedNetwork& base);
  /// Codes at the inputs of each layer, skipped or not; of the words of its tensor, each once.
  std::vector<CodeHistogram> code_histogram(const QuantizedGraph& network);
  std::vector<CodeHistogram> code_histogram(const QuantizedNetwork& network);
  /// Activity of each sample on its own, in the order of the samples.
  std::vector<ActivityProfile> activity_of_each(const QuantizedGraph& network, int chunk);
  std::vector<ActivityProfile> activity_of_each(const QuantizedNetwork& network, int chunk);
  /// Which inputs each sample keeps, of a chain of dense layers (ContractViolation: of another
  /// network), for the cycles of machines that read ahead.
  KeptInputs kept_inputs(const QuantizedGraph& network);
  const Samples& samples() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minerva
