#include "dense_engine.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "prefix_cache.hpp"
#include "sample_errors.hpp"
#include "sample_pass.hpp"

namespace minerva {
namespace {

constexpr std::int64_t kBlock = 64;  // samples that a thread takes at a time
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

bool in_32_bits(const PreparedNetwork& layers) {
  return std::none_of(layers.begin(), layers.end(),
                      [](const PreparedLayer& layer) { return layer.sums_in_64; });
}

void add(std::vector<LayerActivity>& total, const std::vector<LayerActivity>& more) {
  for (std::size_t k = 0; k < total.size(); ++k) total[k] += more[k];
}

}  // namespace

struct DenseEvaluator::State {
  const Samples& samples;
  int threads;
  SampleErrors errors;
  std::vector<std::int64_t> order;  // of the samples when judging
  RecentFirstLayerCodes inputs;
  PrefixCache prefixes;
  std::optional<BaseRun> base;

  const FirstLayerCodes& codes(QFormat format, Rounding mode);
  void check(const QuantizedLayers& network, int chunk) const;
  /// Calls visit(runner, sample, activity) for every sample in the order of `order` (or of the
  /// samples when it is null), from several threads, until `stop`. The activity grows from sample
  /// to sample of a thread unless visit clears it; finish(activity) takes what is left, one thread
  /// after the other.
  template <typename Visit, typename Finish>
  void walk(const SamplePass& pass, const std::vector<std::int64_t>* sample_order,
            const std::atomic<bool>& stop, const Visit& visit, const Finish& finish) const;
  template <typename Visit>
  void walk(const SamplePass& pass, const std::vector<std::int64_t>* sample_order,
            const std::atomic<bool>& stop, const Visit& visit) const {
    walk(pass, sample_order, stop, visit, [](const std::vector<LayerActivity>&) {});
  }
  /// Sets where `pass` begins, from the base if it fits.
  void begin_from_base(const PreparedNetwork& layers, SamplePass& pass,
                       std::vector<ChangedWeights>& changed) const;
  /// Evaluates; empty when more than `most_wrong` are wrong.
  std::optional<FixedEvaluation> run(const QuantizedLayers& network, int chunk,
                                     std::int64_t most_wrong);
};

const FirstLayerCodes& DenseEvaluator::State::codes(QFormat format, Rounding mode) {
  return inputs.of(samples.inputs, format, mode);
}

void DenseEvaluator::State::check(const QuantizedLayers& network, int chunk) const {
  expects(!network.layers.empty() && network.layers.front().n_in == samples.inputs.rows(),
          "DenseEvaluator: the samples do not fit the network");
  expects(chunk >= 1, "DenseEvaluator: a chunk holds one input or more");
  expects(errors.fits(static_cast<std::size_t>(network.layers.back().n_out)),
          "DenseEvaluator: the reference outputs or targets do not fit the network");
}

template <typename Visit, typename Finish>
void DenseEvaluator::State::walk(const SamplePass& pass,
                                 const std::vector<std::int64_t>* sample_order,
                                 const std::atomic<bool>& stop, const Visit& visit,
                                 const Finish& finish) const {
  const std::int64_t blocks = (samples.size() + kBlock - 1) / kBlock;
  struct Worker {
    SampleRunner runner;
    std::vector<LayerActivity> activity;
  };
  const auto make = [&] {
    return Worker{SampleRunner(pass), std::vector<LayerActivity>(pass.layers->size())};
  };
  const auto walk_block = [&](Worker& worker, std::int64_t b) {
    throw_if_interrupted();
    const std::int64_t end = std::min(samples.size(), (b + 1) * kBlock);
    for (std::int64_t at = b * kBlock; at < end && !stop; ++at) {
      const std::int64_t s =
          sample_order == nullptr ? at : (*sample_order)[static_cast<std::size_t>(at)];
      worker.runner.run(s, worker.activity);
      visit(worker.runner, s, worker.activity);
    }
  };
  for_each_index_with(blocks, threads, 1, make, walk_block,
                      [&](const Worker& worker) { finish(worker.activity); });
}

void DenseEvaluator::State::begin_from_base(const PreparedNetwork& layers, SamplePass& pass,
                                            std::vector<ChangedWeights>& changed) const {
  if (!base || base->layers.size() != layers.size()) return;
  std::size_t same = 0;
  while (same < layers.size() && equal(layers[same], base->layers[same])) ++same;
  if (same > 0) {
    pass.base = &*base;
    pass.base_layers = same;
  }
  for (std::size_t k = same; k < layers.size(); ++k) {
    if (!equal_but_weights(layers[k], base->layers[k])) return;
  }
  changed.resize(layers.size());
  for (std::size_t k = same; k < layers.size(); ++k) {
    changed[k] = changed_weights(base->layers[k], layers[k]);
    // So many that the first layer is run whole: what follows differs nearly everywhere.
    if (k == same && changed[k].too_many) return;
  }
  pass.base = &*base;
  pass.changed = &changed;
}

std::optional<FixedEvaluation> DenseEvaluator::State::run(const QuantizedLayers& network, int chunk,
                                                          std::int64_t most_wrong) {
  check(network, chunk);
  const auto count = static_cast<std::size_t>(samples.size());
  const std::size_t depth = network.layers.size();
  const PreparedNetwork layers = prepare_network(network);
  SamplePass pass;
  pass.layers = &layers;
  pass.inputs = &codes(layers.front().formats.activation, network.rounding);
  pass.chunk = chunk;
  std::vector<ChangedWeights> changed;
  if (in_32_bits(layers)) begin_from_base(layers, pass, changed);
  std::vector<LayerActivity> total(depth);
  PrefixCache::Prefix to_keep;
  std::size_t keep = 0;
  if (pass.changed == nullptr) {
    const PrefixCache::Prefix* prefix = prefixes.find(layers, chunk);
    if (prefix != nullptr && prefix->layers.size() >= pass.base_layers) {
      pass.base = nullptr;
      pass.base_layers = 0;
      pass.start = prefix->layers.size();
      pass.prefix = &prefix->sums;
      std::copy(prefix->activity.begin(), prefix->activity.end(), total.begin());
    }
    keep = prefixes.note(layers, chunk);
    if (keep > std::max(pass.start, pass.base_layers)) {
      to_keep.sums.resize(count * static_cast<std::size_t>(layers[keep - 1].row));
      pass.keep_sums.resize(depth);
      pass.keep_sums[keep - 1] = &to_keep.sums;
    } else {
      keep = 0;
    }
  }
  // The first layer's inputs are counted once a base when its sums are corrected or taken.
  const bool first_from_base =
      pass.base != nullptr && (pass.base_layers > 0 || !changed.front().too_many);
  if (first_from_base && base->chunk == chunk) {
    pass.first_selected = true;
    total.front() = base->first_activity;
  }
  std::vector<std::int64_t> wrong(count, 0);
  std::vector<double> loss(errors.diverges() ? count : 0);
  std::atomic<std::int64_t> wrong_so_far{0};
  std::atomic<bool> stop{most_wrong < 0};
  const LayerFormats& last = layers.back().formats;
  // Scaled outputs are read at the float network's scale, whose outputs they are held against.
  const double output_step = std::ldexp(last.product.step(), -last.scale_exponent);
  const auto outputs = static_cast<std::size_t>(layers.back().n_out);
  walk(
      pass, most_wrong == kNoLimit ? nullptr : &order, stop,
      [&](const SampleRunner& runner, std::int64_t s, const std::vector<LayerActivity>&) {
        const auto at = static_cast<std::size_t>(s);
        thread_local std::vector<double> values;
        if (errors.reads_outputs()) {
          values.resize(outputs);
          for (std::size_t i = 0; i < outputs; ++i) {
            values[i] = static_cast<double>(runner.output(static_cast<int>(i))) * output_step;
          }
        }
        wrong[at] = errors.error(s, runner.predicted_class(), values);
        if (wrong[at] > 0 && (wrong_so_far += wrong[at]) > most_wrong) stop = true;
        if (errors.diverges()) loss[at] = errors.divergence(s, values);
      },
      [&](const std::vector<LayerActivity>& of_thread) { add(total, of_thread); });
  if (stop) return std::nullopt;
  if (first_from_base) {
    base->first_activity = total.front();
    base->chunk = chunk;
  }
  FixedEvaluation result;
  result.samples = samples.size();
  for (const std::int64_t w : wrong) result.wrong += w;
  for (const double l : loss) result.divergence += l;  // in the order of the samples
  if (count > 0) result.divergence /= static_cast<double>(count);
  result.activity = {chunk, result.samples, total, 1};
  if (keep > 0) {
    const auto end = static_cast<std::ptrdiff_t>(keep);
    to_keep.layers.assign(layers.begin(), layers.begin() + end);
    to_keep.activity.assign(total.begin(), total.begin() + end);
    to_keep.chunk = chunk;
    prefixes.keep(std::move(to_keep));
  }
  return result;
}

DenseEvaluator::DenseEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads,
                               ErrorMeasure measure)
    : state_(new State{samples,
                       threads,
                       SampleErrors(samples.labels, float_reference, std::move(measure)),
                       {},
                       {},
                       {},
                       {}}) {
  expects(threads >= 1, "DenseEvaluator: needs one thread or more");
  expects(static_cast<std::int64_t>(samples.labels.size()) == samples.size(),
          "DenseEvaluator: inputs and labels differ in number");
  expects(float_reference.size() == 0 || float_reference.cols() == samples.size(),
          "DenseEvaluator: reference outputs and samples differ in number");
  state_->order = state_->errors.hardest_first();
}

DenseEvaluator::~DenseEvaluator() = default;

FixedEvaluation DenseEvaluator::evaluate(const QuantizedLayers& network, int chunk) {
  return *state_->run(network, chunk, kNoLimit);
}

Judgement DenseEvaluator::judge(const QuantizedLayers& network, std::int64_t most_wrong,
                                int chunk) {
  Judgement judgement;
  const std::optional<FixedEvaluation> whole = state_->run(network, chunk, most_wrong);
  judgement.within = whole.has_value();
  if (whole) {
    judgement.evaluation = *whole;
  } else {
    judgement.evaluation.samples = state_->samples.size();
    judgement.evaluation.wrong = std::max<std::int64_t>(most_wrong, -1) + 1;
  }
  return judgement;
}

void DenseEvaluator::prepare_base(const QuantizedLayers& base) {
  State& state = *state_;
  state.check(base, 1);
  state.base.reset();
  BaseRun run;
  run.layers = prepare_network(base);
  if (!in_32_bits(run.layers)) return;
  const auto count = static_cast<std::size_t>(state.samples.size());
  SamplePass pass;
  pass.layers = &run.layers;
  pass.inputs = &state.codes(run.layers.front().formats.activation, base.rounding);
  run.sums.resize(run.layers.size());
  run.codes.resize(run.layers.size());
  for (std::size_t k = 0; k < run.layers.size(); ++k) {
    run.sums[k].resize(count * static_cast<std::size_t>(run.layers[k].row));
    pass.keep_sums.push_back(&run.sums[k]);
    if (k > 0) run.codes[k].resize(count * static_cast<std::size_t>(run.layers[k - 1].row));
    pass.keep_codes.push_back(k > 0 ? &run.codes[k] : nullptr);
  }
  state.walk(pass, nullptr, {false},
             [](const SampleRunner&, std::int64_t, const std::vector<LayerActivity>&) {});
  state.base = std::move(run);
}

std::vector<CodeHistogram> DenseEvaluator::code_histogram(const QuantizedLayers& network) {
  State& state = *state_;
  state.check(network, 1);
  std::vector<CodeHistogram> histograms;
  for (const QuantizedLayer& layer : network.layers) {
    const QFormat x = layer.formats.activation;
    histograms.push_back({x, std::vector<std::int64_t>(std::size_t{1} << x.bits(), 0)});
  }
  // Every thread counts for itself; integers add up to the same in any order.
  std::vector<std::vector<CodeHistogram>> of_thread(static_cast<std::size_t>(state.threads),
                                                    histograms);
  const PreparedNetwork layers = prepare_network(network);
  SamplePass pass;
  pass.layers = &layers;
  pass.inputs = &state.codes(layers.front().formats.activation, network.rounding);
  state.walk(pass, nullptr, {false},
             [&](const SampleRunner& runner, std::int64_t, const std::vector<LayerActivity>&) {
               auto& mine = of_thread[static_cast<std::size_t>(omp_get_thread_num())];
               for (std::size_t k = 0; k < layers.size(); ++k) {
                 const std::int64_t lowest = mine[k].format.min_code();
                 const std::int16_t* x = runner.codes(k);
                 for (int j = 0; j < layers[k].n_in; ++j) {
                   ++mine[k].counts[static_cast<std::size_t>(x[j] - lowest)];
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

std::vector<ActivityProfile> DenseEvaluator::activity_of_each(const QuantizedLayers& network,
                                                              int chunk) {
  State& state = *state_;
  state.check(network, chunk);
  std::vector<ActivityProfile> each(static_cast<std::size_t>(state.samples.size()));
  const PreparedNetwork layers = prepare_network(network);
  SamplePass pass;
  pass.layers = &layers;
  pass.inputs = &state.codes(layers.front().formats.activation, network.rounding);
  pass.chunk = chunk;
  state.walk(pass, nullptr, {false},
             [&](const SampleRunner&, std::int64_t s, std::vector<LayerActivity>& activity) {
               each[static_cast<std::size_t>(s)] = {chunk, 1, activity, 1};
               std::fill(activity.begin(), activity.end(), LayerActivity{});
             });
  return each;
}

KeptInputs DenseEvaluator::kept_inputs(const QuantizedLayers& network) {
  State& state = *state_;
  state.check(network, 1);
  std::vector<int> widths = {network.layers.front().n_in};
  for (const QuantizedLayer& layer : network.layers) widths.push_back(layer.n_out);
  KeptInputs kept(Topology(widths), state.samples.size());
  const PreparedNetwork layers = prepare_network(network);
  SamplePass pass;
  pass.layers = &layers;
  pass.inputs = &state.codes(layers.front().formats.activation, network.rounding);
  // Threads write words of their own samples.
  state.walk(pass, nullptr, {false},
             [&](const SampleRunner& runner, std::int64_t s, const std::vector<LayerActivity>&) {
               for (std::size_t k = 0; k < layers.size(); ++k) {
                 const std::int16_t* x = runner.codes(k);
                 for (int j = 0; j < layers[k].n_in; ++j) {
                   if (!network.layers[k].skips(x[j])) kept.layers[k].keep(s, j);
                 }
               }
             });
  return kept;
}

}  // namespace minerva
