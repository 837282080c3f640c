#include "minerva/engine/graph_engine.hpp"

#include <omp.h>

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
#include "sample_errors.hpp"

namespace minerva {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

}  // namespace

/// The tensors of a network that others may begin from.
struct GraphBase {
  PreparedGraph graph;
  int chunk = 1;
  std::vector<LayerActivity> activity;
  /// [batch][tensor], the batches of the hardest samples first; outputs are not kept.
  std::vector<std::vector<kernels::AlignedVector<std::int16_t>>> tensors;
};

/// Whether a layer from `first` on reads or adds tensor t.
bool is_needed_from(const LayerGraph& graph, int first, int t) {
  for (int k = first; k < graph.layers(); ++k) {
    if (graph.layer(k).reads == t || graph.layer(k).added.tensor == t) return true;
  }
  return false;
}

struct GraphEvaluator::State {
  const Samples& samples;
  int threads;
  SampleErrors errors;
  std::vector<std::int64_t> in_order;
  std::vector<std::int64_t> hardest_first;
  RecentFirstLayerCodes inputs;
  std::optional<GraphBase> base;

  const FirstLayerCodes& codes(QFormat format, Rounding mode);
  void check(const QuantizedGraph& network, const GraphCounting& counting) const;
  /// Calls visit(runner, sample, lane) for every sample in the given order, from several threads,
  /// until `stop`, and keep(runner, batch) after every batch; returns the activity of all. Begins
  /// from the base where the order and the run are its own.
  template <typename Visit, typename Keep>
  std::vector<GraphLayerActivity> walk(const QuantizedGraph& network, const PreparedGraph& prepared,
                                       const GraphRun& run, const std::vector<std::int64_t>& order,
                                       const std::atomic<bool>& stop, const Visit& visit,
                                       const Keep& keep);
  template <typename Visit>
  std::vector<GraphLayerActivity> walk(const QuantizedGraph& network, const GraphRun& run,
                                       const std::vector<std::int64_t>& order,
                                       const std::atomic<bool>& stop, const Visit& visit) {
    return walk(network, prepare_graph(network), run, order, stop, visit,
                [](const GraphRunner&, std::int64_t) {});
  }
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
  expects(counting.batch_size >= 1 && kernels::kBatchSamples % counting.batch_size == 0,
          "GraphEvaluator: a block of samples has no whole batches");
  expects(errors.fits(static_cast<std::size_t>(network.graph.outputs())),
          "GraphEvaluator: the reference outputs or targets do not fit the network");
}

template <typename Visit, typename Keep>
std::vector<GraphLayerActivity> GraphEvaluator::State::walk(const QuantizedGraph& network,
                                                            const PreparedGraph& prepared,
                                                            const GraphRun& run,
                                                            const std::vector<std::int64_t>& order,
                                                            const std::atomic<bool>& stop,
                                                            const Visit& visit, const Keep& keep) {
  const LayerGraph& graph = network.graph;
  const QFormat x = network.layer(format_owner(graph, 0)).formats.activation;
  const FirstLayerCodes& input = codes(x, network.rounding);
  int begin = 0;
  if (base && &order == &hardest_first && run.tile == 1 && run.chunk == base->chunk &&
      !run.keep_all_sums) {
    // The last layer's sums are not kept.
    begin = std::min(same_first_layers(prepared, base->graph), graph.layers() - 1);
  }
  std::vector<int> from_base;
  for (int t = 1; t <= begin; ++t) {
    if (is_needed_from(graph, begin, t)) from_base.push_back(t);
  }
  const bool needs_input = is_needed_from(graph, begin, 0);
  std::vector<GraphLayerActivity> total(prepared.layers.size());
  const std::int64_t batch = kernels::kBatchSamples;
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
    for (int lane = 0; needs_input && lane < lanes; ++lane) {
      worker.runner.set_input(lane,
                              worker.reader.row(order[static_cast<std::size_t>(first + lane)]));
    }
    for (const int t : from_base) {
      worker.runner.set_codes(
          t, base->tensors[static_cast<std::size_t>(b)][static_cast<std::size_t>(t)]);
    }
    worker.runner.run(lanes, worker.activity, begin);
    keep(worker.runner, b);
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
  for (std::size_t k = 0; k < static_cast<std::size_t>(begin); ++k) total[k] = base->activity[k];
  return total;
}

std::optional<GraphEvaluation> GraphEvaluator::State::run(const QuantizedGraph& network,
                                                          const GraphCounting& counting,
                                                          std::int64_t most_wrong) {
  check(network, counting);
  const auto count = static_cast<std::size_t>(samples.size());
  std::vector<std::int64_t> wrong(count, 0);
  std::vector<double> loss(errors.diverges() ? count : 0);
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
  // Batches of samples are those of their own order.
  const bool has_sample_tiles = counting.tile > 1 && counting.batch_size > 1;
  std::vector<GraphLayerActivity> activity = walk(
      network, {counting.chunk, counting.tile, false, counting.batch_size},
      has_sample_tiles ? in_order : hardest_first, stop,
      [&](const GraphRunner& runner, std::int64_t s, int lane) {
        const auto at = static_cast<std::size_t>(s);
        thread_local std::vector<double> values;
        if (errors.reads_outputs()) {
          values.resize(outputs);
          for (std::size_t i = 0; i < outputs; ++i) {
            values[i] = static_cast<double>(runner.output(static_cast<int>(i), lane)) * output_step;
          }
        }
        wrong[at] = errors.error(s, runner.predicted_class(lane), values);
        if (wrong[at] > 0 && (wrong_so_far += wrong[at]) > most_wrong) stop = true;
        if (errors.diverges()) loss[at] = errors.divergence(s, values);
      });
  if (stop) return std::nullopt;
  GraphEvaluation result;
  result.samples = samples.size();
  for (const std::int64_t w : wrong) result.wrong += w;
  for (const double l : loss) result.divergence += l;  // in the order of the samples
  if (count > 0) result.divergence /= static_cast<double>(count);
  result.activity = {counting.chunk,     result.samples, std::move(activity), counting.tile, {},
                     counting.batch_size};
  return result;
}

GraphEvaluator::GraphEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads,
                               ErrorMeasure measure)
    : state_(new State{samples,
                       threads,
                       SampleErrors(samples.labels, float_reference, std::move(measure)),
                       {},
                       {},
                       {},
                       {}}) {
  expects(threads >= 1, "GraphEvaluator: needs one thread or more");
  expects(static_cast<std::int64_t>(samples.labels.size()) == samples.size(),
          "GraphEvaluator: inputs and labels differ in number");
  expects(float_reference.size() == 0 || float_reference.cols() == samples.size(),
          "GraphEvaluator: reference outputs and samples differ in number");
  state_->in_order.resize(static_cast<std::size_t>(samples.size()));
  std::iota(state_->in_order.begin(), state_->in_order.end(), 0);
  state_->hardest_first = state_->errors.hardest_first();
}

GraphEvaluator::~GraphEvaluator() = default;

GraphEvaluation GraphEvaluator::evaluate(const QuantizedGraph& network,
                                         const GraphCounting& counting) {
  return *state_->run(network, counting, kNoLimit);
}

GraphJudgement GraphEvaluator::judge(const QuantizedGraph& network, std::int64_t most_wrong,
                                     const GraphCounting& counting) {
  // Batches of samples are those of their own order, which the hardest first are not.
  expects(counting.tile == 1 && counting.batch_size == 1, "judge counts no tiles of samples");
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

void GraphEvaluator::prepare_base(const QuantizedGraph& network, int chunk) {
  State& state = *state_;
  state.check(network, chunk);
  state.base.reset();
  const LayerGraph& graph = network.graph;
  std::int64_t words = 0;
  for (int t = 1; t < graph.layers(); ++t) words += graph.tensor(t).size();
  const std::int64_t batches =
      (state.samples.size() + kernels::kBatchSamples - 1) / kernels::kBatchSamples;
  if (words * batches * kernels::kBatchSamples * 2 > kMostBaseBytes) return;
  GraphBase base;
  base.graph = prepare_graph(network);
  base.chunk = chunk;
  base.tensors.resize(static_cast<std::size_t>(batches));
  base.activity = state.walk(
      network, base.graph, {chunk, 1, false}, state.hardest_first, {false},
      [](const GraphRunner&, std::int64_t, int) {},
      [&](const GraphRunner& runner, std::int64_t b) {
        auto& of_batch = base.tensors[static_cast<std::size_t>(b)];
        of_batch.resize(static_cast<std::size_t>(graph.layers()));
        for (int t = 1; t < graph.layers(); ++t) {
          of_batch[static_cast<std::size_t>(t)] = runner.codes(t);
        }
      });
  state.base = std::move(base);
}

std::vector<CodeHistogram> GraphEvaluator::code_histogram(const QuantizedGraph& network) {
  State& state = *state_;
  state.check(network, {});
  std::vector<CodeHistogram> histograms;
  for (const QuantizedLayer& layer : network.layers) {
    const QFormat x = layer.formats.activation;
    histograms.push_back({x, std::vector<std::int64_t>(std::size_t{1} << x.bits(), 0)});
  }
  // Every thread counts for itself; integers add up to the same in any order.
  std::vector<std::vector<CodeHistogram>> of_thread(static_cast<std::size_t>(state.threads),
                                                    histograms);
  const LayerGraph& graph = network.graph;
  state.walk(network, {1, 1, false}, state.in_order, {false},
             [&](const GraphRunner& runner, std::int64_t, int lane) {
               auto& mine = of_thread[static_cast<std::size_t>(omp_get_thread_num())];
               for (int k = 0; k < graph.layers(); ++k) {
                 CodeHistogram& of_layer = mine[static_cast<std::size_t>(k)];
                 const std::int64_t lowest = of_layer.format.min_code();
                 const int words = graph.layer(k).input.size();
                 for (int j = 0; j < words; ++j) {
                   const std::int16_t code = runner.code(graph.layer(k).reads, j, lane);
                   ++of_layer.counts[static_cast<std::size_t>(code - lowest)];
                 }
               }
             });
  for (const std::vector<CodeHistogram>& one : of_thread) {
    for (std::size_t k = 0; k < histograms.size(); ++k) {
      for (std::size_t c = 0; c < histograms[k].counts.size(); ++c) {
        histograms[k].counts[c] += one[k].counts[c];
      }
    }
  }
  return histograms;
}

std::vector<ActivityProfile> GraphEvaluator::activity_of_each(const QuantizedGraph& network,
                                                              int chunk) {
  State& state = *state_;
  state.check(network, chunk);
  const PreparedGraph prepared = prepare_graph(network);
  const FirstLayerCodes& input = state.codes(
      network.layer(format_owner(network.graph, 0)).formats.activation, network.rounding);
  std::vector<ActivityProfile> each(static_cast<std::size_t>(state.samples.size()));
  struct Worker {
    GraphRunner runner;
    FirstLayerCodes::Reader reader;
  };
  const auto make = [&] {
    return Worker{GraphRunner(prepared, {chunk, 1, false}), FirstLayerCodes::Reader(input)};
  };
  const auto run_one = [&](Worker& worker, std::int64_t s) {
    throw_if_interrupted();
    worker.runner.set_input(0, worker.reader.row(s));
    std::vector<LayerActivity> activity(prepared.layers.size());
    worker.runner.run(1, activity);
    each[static_cast<std::size_t>(s)] = {chunk, 1, std::move(activity), 1};
  };
  for_each_index_with(state.samples.size(), state.threads, 1, make, run_one, [](const Worker&) {});
  return each;
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
