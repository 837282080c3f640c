#include "minerva/engine/fixed_engine.hpp"

#include <utility>

#include "dense_engine.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/engine/graph_engine.hpp"

namespace minerva {

ActivityCounting counting_for(const LayerGraph& graph, const DesignPoint& point) {
  const bool has_tiles = !graph.is_dense_chain() || point.runs_batches();
  return {point.inputs_per_cycle(), has_tiles ? point.positions_per_weight : 1,
          read_ahead_of(point), point.batch_size};
}

/// The engines are made when they are first asked: each has its own inputs as codes.
struct FixedEvaluator::State {
  const Samples& samples;
  Eigen::MatrixXf reference;
  int threads;
  ErrorMeasure measure;
  std::unique_ptr<DenseEvaluator> of_chains;
  std::unique_ptr<GraphEvaluator> of_graphs;

  DenseEvaluator& chains() {
    if (!of_chains) {
      of_chains = std::make_unique<DenseEvaluator>(samples, reference, threads, measure);
    }
    return *of_chains;
  }
  GraphEvaluator& graphs() {
    if (!of_graphs) {
      of_graphs = std::make_unique<GraphEvaluator>(samples, reference, threads, measure);
    }
    return *of_graphs;
  }
};

FixedEvaluator::FixedEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads,
                               ErrorMeasure measure)
    : state_(new State{samples, std::move(float_reference), threads, std::move(measure), nullptr,
                       nullptr}) {
  state_->chains();  // checks its arguments
}

FixedEvaluator::~FixedEvaluator() = default;

const Samples& FixedEvaluator::samples() const { return state_->samples; }

FixedEvaluation FixedEvaluator::evaluate(const QuantizedGraph& network,
                                         const ActivityCounting& counting) {
  if (network.graph.is_dense_chain() && counting.tile == 1) {
    FixedEvaluation evaluation = state_->chains().evaluate(network, counting.chunk);
    if (counting.read_ahead.on()) {
      count_read_ahead(state_->chains().kept_inputs(network), counting.read_ahead,
                       evaluation.activity);
    }
    return evaluation;
  }
  expects(!counting.read_ahead.on(), "a machine that reads ahead runs dense layers alone");
  return state_->graphs().evaluate(network, counting);
}

FixedEvaluation FixedEvaluator::evaluate(const QuantizedNetwork& network, int chunk) {
  return state_->chains().evaluate(network, chunk);
}

Judgement FixedEvaluator::judge(const QuantizedGraph& network, std::int64_t most_wrong, int chunk) {
  return network.graph.is_dense_chain() ? state_->chains().judge(network, most_wrong, chunk)
                                        : state_->graphs().judge(network, most_wrong, chunk);
}

Judgement FixedEvaluator::judge(const QuantizedNetwork& network, std::int64_t most_wrong,
                                int chunk) {
  return state_->chains().judge(network, most_wrong, chunk);
}

void FixedEvaluator::prepare_base(const QuantizedGraph& base) {
  if (base.graph.is_dense_chain()) {
    state_->chains().prepare_base(base);
  } else {
    state_->graphs().prepare_base(base);
  }
}

void FixedEvaluator::prepare_base(const QuantizedNetwork& base) {
  state_->chains().prepare_base(base);
}

std::vector<CodeHistogram> FixedEvaluator::code_histogram(const QuantizedGraph& network) {
  return network.graph.is_dense_chain() ? state_->chains().code_histogram(network)
                                        : state_->graphs().code_histogram(network);
}

std::vector<CodeHistogram> FixedEvaluator::code_histogram(const QuantizedNetwork& network) {
  return state_->chains().code_histogram(network);
}

std::vector<ActivityProfile> FixedEvaluator::activity_of_each(const QuantizedGraph& network,
                                                              int chunk) {
  return network.graph.is_dense_chain() ? state_->chains().activity_of_each(network, chunk)
                                        : state_->graphs().activity_of_each(network, chunk);
}

std::vector<ActivityProfile> FixedEvaluator::activity_of_each(const QuantizedNetwork& network,
                                                              int chunk) {
  return state_->chains().activity_of_each(network, chunk);
}

KeptInputs FixedEvaluator::kept_inputs(const QuantizedGraph& network) {
  expects(network.graph.is_dense_chain(), "kept_inputs: of dense layers alone");
  return state_->chains().kept_inputs(network);
}

SkippedInputs skipped_inputs(std::int64_t words, int theta_code, const LayerActivity& activity) {
  const std::int64_t skipped = words - activity.kept_inputs;
  // A comparator skips every zero, because theta is then one step or more.
  const std::int64_t zeros = theta_code > 0 ? activity.zero_inputs : 0;
  return {zeros, skipped - zeros};
}

SkippedInputs skipped_inputs(const QuantizedLayer& layer, const LayerActivity& activity,
                             std::int64_t samples) {
  return skipped_inputs(layer.n_in * samples, layer.theta_code, activity);
}

}  // namespace minerva
