#include "minerva/engine/graph_engine.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "first_layer_codes.hpp"
#include "graph/graph_runner.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "reference_outputs.hpp"

namespace minerva {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

}  // namespace

struct GraphEvaluator::State {
  const Samples& samples;
  int threads;
  ReferenceOutputs reference;
  std::vector<std::int64_t> in_order;
  std::vector<std::int64_t> hardest_first;
  RecentFirstLayerCodes inputs;

  const FirstLayerCodes& codes(QFormat format, Rounding mode);
  void check(const QuantizedGraph& network, const GraphCounting& counting) const;
  /// Calls visit(runner, sample, lane) for every sample in the given order, from several threads,
  /// until `stop`; returns the activity of all.
  template <typename Visit>
  std::vector<GraphLayerActivity> walk(const QuantizedGraph& network, const GraphRun& run,
                                       const std::vector<std::int64_t>& order,
                                       const std::atomic<bool>& stop, const Visit& visit);
  std::optional<GraphEvaluation> run(const QuantizedGraph& network, const GraphCounting& counting,
                                     std::int64_t most_wrong);
};

const FirstLayerCodes& GraphEvaluator::State::codes(QFormat format, Rounding mode) {
  return inputs.of(samples.inputs, format, mode);
}

void GraphEvaluator::State::check(const QuantizedGraph& network,
                                  const GraphCounting& counting) const {
  expects(network.graph.layers() > 0 && network.graph.inputs() == samples.inputs.rows(),
          "GraphEvaluator: the samples do not fit the network");
  expects(counting.chunk >= 1 && counting.tile >= 1 && counting.tile <= kernels::kBatchSamples,
          "GraphEvaluator: a chunk or a tile out of range");
  expects(
      reference.empty() || reference.outputs() == static_cast<std::size_t>(network.graph.outputs()),
      "GraphEvaluator: the reference outputs do not fit the network");
}

template <typename Visit>
std::vector<GraphLayerActivity> GraphEvaluator::State::walk(const QuantizedGraph& network,
                                                            const GraphRun& run,
                                                            const std::vector<std::int64_t>& order,
                                                            const std::atomic<bool>& stop,
                                                            const Visit& visit) {
  const PreparedGraph prepared = prepare_graph(network);
  const QFormat x = network.layer(format_owner(network.graph, 0)).formats.activation;
  const FirstLayerCodes& input = codes(x, network.rounding);
  std::vector<GraphLayerActivity> total(prepared.layers.size());
  // A batch has whole tiles of samples.
  const std::int64_t batch = kernels::kBatchSamples / run.tile * run.tile;
  struct Worker {
    GraphRunner runner;
    FirstLayerCodes::Reader reader;
    std::vector<GraphLayerActivity> activity;
  };
  const auto make = [&] {
    return Worker{GraphRunner(prepared, run), FirstLayerCodes::Reader(input),
                  std::vector<GraphLayerActivity>(prepared.layers.size())};
  };
  const auto walk_batch = [&](Worker& worker, std::int64_t b) {
    throw_if_interrupted();
    if (stop) return;
    const std::int64_t first = b * batch;
    const auto lanes = static_cast<int>(std::min<std::int64_t>(batch, samples.size() - first));
    for (int lane = 0; lane < lanes; ++lane) {
      worker.runner.set_input(lane,
                              worker.reader.row(order[static_cast<std::size_t>(first + lane)]));
    }
    worker.runner.run(lanes, worker.activity);
    for (int lane = 0; lane < lanes && !stop; ++lane) {
      visit(worker.runner, order[static_cast<std::size_t>(first + lane)], lane);
    }
  };
  for_each_index_with((samples.size() + batch - 1) / batch, threads, 1, make, walk_batch,
                      [&](const Worker& worker) {
                        for (std::size_t k = 0; k < total.size(); ++k) {
                          total[k] += worker.activity[k];
                        }
                      });
  return total;
}

std::optional<GraphEvaluation> GraphEvaluator::State::run(const QuantizedGraph& network,
                                                          const GraphCounting& counting,
                                                          std::int64_t most_wrong) {
  check(network, counting);
  const auto count = static_cast<std::size_t>(samples.size());
  std::vector<char> wrong(count, 0);
  std::vector<double> loss(reference.empty() ? 0 : count);
  std::atomic<std::int64_t> wrong_so_far{0};
  std::atomic<bool> stop{most_wrong < 0};
  // Scaled outputs are read at the float network's scale, whose outputs they are held against.
  const LayerGraph& graph = network.graph;
  const GraphLayer& last = graph.layer(graph.layers() - 1);
  const LayerFormats& formats = network.layers.back().formats;
  const int fraction = last.has_weights() ? formats.product.fraction_bits
                                          : formats.activation.fraction_bits + divisor_shift(last);
  const double output_step =
      std::ldexp(tensor_factor(graph, graph.layers()), -fraction - formats.scale_exponent);
  const auto outputs = static_cast<std::size_t>(graph.outputs());
  const bool judged = most_wrong != kNoLimit;
  std::vector<GraphLayerActivity> activity = walk(
      network, {counting.chunk, counting.tile, false}, judged ? hardest_first : in_order, stop,
      [&](const GraphRunner& runner, std::int64_t s, int lane) {
        const auto at = static_cast<std::size_t>(s);
        if (runner.predicted_class(lane) != samples.labels[at]) {
          wrong[at] = 1;
          if (++wrong_so_far > most_wrong) stop = true;
        }
        if (reference.empty()) return;
        std::vector<double> values(outputs);
        for (std::size_t i = 0; i < outputs; ++i) {
          values[i] = static_cast<double>(runner.output(static_cast<int>(i), lane)) * output_step;
        }
        loss[at] = reference.divergence(s, values);
      });
  if (stop) return std::nullopt;
  GraphEvaluation result;
  result.samples = samples.size();
  for (const char w : wrong) result.wrong += w;
  for (const double l : loss) result.divergence += l;  // in the order of the samples
  if (count > 0) result.divergence /= static_cast<double>(count);
  result.activity = {counting.chunk, counting.tile, result.samples, std::move(activity)};
  return result;
}

GraphEvaluator::GraphEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads)
    : state_(new State{samples, threads, ReferenceOutputs(float_reference), {}, {}, {}}) {
  expects(threads >= 1, "GraphEvaluator: needs one thread or more");
  expects(static_cast<std::int64_t>(samples.labels.size()) == samples.size(),
          "GraphEvaluator: inputs and labels differ in number");
  expects(float_reference.size() == 0 || float_reference.cols() == samples.size(),
          "GraphEvaluator: reference outputs and samples differ in number");
  state_->in_order.resize(static_cast<std::size_t>(samples.size()));
  std::iota(state_->in_order.begin(), state_->in_order.end(), 0);
  state_->hardest_first = state_->reference.hardest_first(samples.labels);
}

GraphEvaluator::~GraphEvaluator() = default;

GraphEvaluation GraphEvaluator::evaluate(const QuantizedGraph& network,
                                         const GraphCounting& counting) {
  return *state_->run(network, counting, kNoLimit);
}

GraphJudgement GraphEvaluator::judge(const QuantizedGraph& network, std::int64_t most_wrong,
                                     const GraphCounting& counting) {
  // Tiles of samples are those of their own order, which the hardest first are not.
  expects(counting.tile == 1, "judge counts no tiles of samples");
  GraphJudgement judgement;
  const std::optional<GraphEvaluation> whole = state_->run(network, counting, most_wrong);
  judgement.within = whole.has_value();
  if (whole) {
    judgement.evaluation = *whole;
  } else {
    judgement.evaluation.samples = state_->samples.size();
    judgement.evaluation.wrong = std::max<std::int64_t>(most_wrong, -1) + 1;
  }
  return judgement;
}

std::vector<std::vector<std::vector<std::int64_t>>> GraphEvaluator::accumulators(
    const QuantizedGraph& network) {
  state_->check(network, {});
  std::vector<std::vector<std::vector<std::int64_t>>> all(
      static_cast<std::size_t>(state_->samples.size()));
  state_->walk(network, {1, 1, true}, state_->in_order, {false},
               [&](const GraphRunner& runner, std::int64_t s, int lane) {
                 std::vector<std::vector<std::int64_t>>& of_sample =
                     all[static_cast<std::size_t>(s)];
                 for (int k = 0; k < network.graph.layers(); ++k) {
                   std::vector<std::int64_t> sums(
                       static_cast<std::size_t>(network.graph.layer(k).output.size()));
                   for (std::size_t i = 0; i < sums.size(); ++i) {
                     sums[i] = runner.sum(k, static_cast<int>(i), lane);
                   }
                   of_sample.push_back(std::move(sums));
                 }
               });
  return all;
}

}  // namespace minerva
