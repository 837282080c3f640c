#include "minerva/nn/fixed_engine.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "kernels.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/core/portable_math.hpp"

namespace minerva {
namespace {

using KeptInputs = std::vector<kernels::Kept<std::int16_t>>;

/// A layer laid out for the kernels: weights as read, rows padded.
struct PreparedLayer {
  enum class Path { narrow_16, wide_32, plain_64 };

  int n_in = 0;
  int n_out = 0;
  int row = 0;
  int theta_code = 0;
  LayerFormats formats;
  Path path = Path::plain_64;
  int block = 1;  // products whose sum fits 16 bits
  kernels::ProductRounding rounding;
  std::vector<std::int16_t> weights;
  std::vector<std::int32_t> biases;
};

PreparedLayer prepare(const QuantizedNetwork& network, int k) {
  const QuantizedLayer& from = network.layers[static_cast<std::size_t>(k)];
  const LayerFormats& f = from.formats;
  PreparedLayer to;
  to.n_in = from.n_in;
  to.n_out = from.n_out;
  to.row = kernels::padded(from.n_out);
  to.theta_code = from.theta_code;
  to.formats = f;
  const int fraction_shift =
      f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
  // A product with fewer fraction bits than P is made exact by weights that are shifted before.
  const int left = std::max(-fraction_shift, 0);
  const int shift = std::max(fraction_shift, 0);
  const int weight_bits = f.weight.bits() + left;
  to.rounding = {shift, static_cast<std::int32_t>(f.product.min_code()),
                 static_cast<std::int32_t>(f.product.max_code()), network.rounding};
  const int exact_bits = weight_bits + f.activation.bits();
  const bool weights_fit = weight_bits <= 16;
  const bool sums_fit_32 = accumulator_bits(f.product, from.n_in) <= 32;
  // A product needs exact_bits - 1 bits and half a step above it must not overflow either.
  if (sums_fit_32 && weights_fit && exact_bits <= 16 && shift <= 14 && f.product.bits() <= 13) {
    to.path = PreparedLayer::Path::narrow_16;
    to.block = static_cast<int>(32767 / -f.product.min_code());
  } else if (sums_fit_32 && weights_fit && shift <= 30) {
    to.path = PreparedLayer::Path::wide_32;
  }
  const auto row = static_cast<std::size_t>(to.row);
  to.weights.assign(static_cast<std::size_t>(to.n_in) * row, 0);
  for (int j = 0; j < to.n_in; ++j) {
    std::int16_t* w = to.weights.data() + static_cast<std::size_t>(j) * row;
    if (from.faulty_bits.empty()) {
      std::copy_n(from.weights.begin() + static_cast<std::ptrdiff_t>(from.index(j, 0)), to.n_out,
                  w);
    } else {
      for (int i = 0; i < to.n_out; ++i) {
        w[i] = static_cast<std::int16_t>(network.weight_as_read(k, j, i));
      }
    }
  }
  if (left > 0 && to.path != PreparedLayer::Path::plain_64) {
    for (std::int16_t& w : to.weights) w = static_cast<std::int16_t>(w * (1 << left));
  }
  to.biases.assign(row, 0);
  std::copy(from.biases.begin(), from.biases.end(), to.biases.begin());
  return to;
}

/// Buffers of one thread.
struct Scratch {
  KeptInputs kept;
  std::vector<std::int16_t> x;
  std::vector<std::int32_t> acc;
  std::vector<std::int64_t> wide;
  std::vector<double> outputs;
};

/// Lists the inputs that change a sum (kept and not zero) and counts the activity.
void select_inputs(const PreparedLayer& layer, const std::int16_t* x, int chunk, KeptInputs& kept,
                   LayerActivity& activity) {
  kept.clear();
  std::int64_t kept_count = 0;
  std::int64_t zeros = 0;
  std::int64_t chunks = 0;
  if (layer.theta_code == 0) {
    for (int j = 0; j < layer.n_in; ++j) {
      if (x[j] != 0) kept.push_back({j, x[j]});
    }
    zeros = layer.n_in - static_cast<std::int64_t>(kept.size());
    kept_count = layer.n_in;
    chunks = (layer.n_in + chunk - 1) / chunk;
  } else {
    int last_chunk = -1;
    for (int j = 0; j < layer.n_in; ++j) {
      zeros += x[j] == 0 ? 1 : 0;
      if (std::abs(int{x[j]}) < layer.theta_code) continue;  // theta >= 1: zeros go here
      kept.push_back({j, x[j]});
      if (j / chunk != last_chunk) {
        last_chunk = j / chunk;
        ++chunks;
      }
    }
    kept_count = static_cast<std::int64_t>(kept.size());
  }
  activity.kept_inputs += kept_count;
  activity.zero_inputs += zeros;
  activity.active_chunks += chunks;
}

/// Runs one layer; the sums land in scratch.acc (or scratch.wide for plain_64).
void run_layer(const PreparedLayer& layer, Scratch& scratch) {
  if (layer.path == PreparedLayer::Path::plain_64) {
    scratch.wide.assign(layer.biases.begin(), layer.biases.end());
    const int fraction =
        layer.formats.weight.fraction_bits + layer.formats.activation.fraction_bits;
    for (const auto& k : scratch.kept) {
      const std::int16_t* w =
          layer.weights.data() + static_cast<std::ptrdiff_t>(k.input) * layer.row;
      for (int i = 0; i < layer.n_out; ++i) {
        scratch.wide[static_cast<std::size_t>(i)] += round_code(
            layer.formats.product, std::int64_t{w[i]} * k.value, fraction, layer.rounding.mode);
      }
    }
    return;
  }
  scratch.acc.assign(layer.biases.begin(), layer.biases.end());
  if (layer.path == PreparedLayer::Path::narrow_16) {
    kernels::accumulate_16(layer.weights.data(), layer.row, scratch.kept, layer.rounding,
                           layer.block, scratch.acc.data());
  } else {
    kernels::accumulate_32(layer.weights.data(), layer.row, scratch.kept, layer.rounding,
                           scratch.acc.data());
  }
}

/// Divergence of softmax(outputs) from the probabilities p = softmax(reference), whose entropy term
/// sum p log p is given.
double divergence(const double* p, double negative_entropy, const std::vector<double>& outputs) {
  const double top = *std::max_element(outputs.begin(), outputs.end());
  double sum = 0;
  double cross = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    sum += portable_exp(outputs[i] - top);
    cross += p[i] * (outputs[i] - top);
  }
  return negative_entropy - cross + portable_log(sum);
}

}  // namespace

struct FixedEvaluator::State {
  using InputKey = std::tuple<int, int, Rounding>;

  const Samples& samples;
  int threads;
  std::vector<double> reference;         // probabilities, outputs x samples
  std::vector<double> negative_entropy;  // a sample
  std::map<InputKey, std::vector<std::int16_t>> inputs;

  const std::vector<std::int16_t>& codes(QFormat format, Rounding mode) {
    const InputKey key{format.integer_bits, format.fraction_bits, mode};
    auto found = inputs.find(key);
    if (found == inputs.end()) {
      found = inputs.emplace(key, input_codes(samples.inputs, format, mode)).first;
    }
    return found->second;
  }

  /// Predicts every sample; calls `visit(sample, class, activity, outputs)` from several threads.
  template <typename Visit>
  void predict(const QuantizedNetwork& network, int chunk, bool with_outputs, const Visit& visit);
};

template <typename Visit>
void FixedEvaluator::State::predict(const QuantizedNetwork& network, int chunk, bool with_outputs,
                                    const Visit& visit) {
  expects(!network.layers.empty() && network.layers.front().n_in == samples.inputs.rows(),
          "FixedEvaluator: the samples do not fit the network");
  expects(chunk >= 1, "FixedEvaluator: a chunk holds one input or more");
  const std::size_t depth = network.layers.size();
  std::vector<PreparedLayer> layers;
  for (std::size_t k = 0; k < depth; ++k) layers.push_back(prepare(network, static_cast<int>(k)));
  const std::vector<std::int16_t>& first =
      codes(layers.front().formats.activation, network.rounding);
  const double output_step = layers.back().formats.product.step();
#pragma omp parallel num_threads(threads)
  {
    Scratch scratch;
    std::vector<LayerActivity> activity(depth);
#pragma omp for schedule(dynamic, 64)
    for (std::int64_t s = 0; s < samples.size(); ++s) {
      const std::int16_t* x = first.data() + s * layers.front().n_in;
      std::fill(activity.begin(), activity.end(), LayerActivity{});
      int best = 0;
      for (std::size_t k = 0; k < depth; ++k) {
        const PreparedLayer& layer = layers[k];
        select_inputs(layer, x, chunk, scratch.kept, activity[k]);
        run_layer(layer, scratch);
        const bool wide = layer.path == PreparedLayer::Path::plain_64;
        const auto sum = [&](int i) {
          const auto at = static_cast<std::size_t>(i);
          return wide ? scratch.wide[at] : std::int64_t{scratch.acc[at]};
        };
        if (k + 1 < depth) {
          const QFormat to = layers[k + 1].formats.activation;
          scratch.x.resize(static_cast<std::size_t>(layer.n_out));
          for (int i = 0; i < layer.n_out; ++i) {
            const std::int64_t y = sum(i);
            scratch.x[static_cast<std::size_t>(i)] =
                y <= 0 ? std::int16_t{0}
                       : static_cast<std::int16_t>(round_code(
                             to, y, layer.formats.product.fraction_bits, network.rounding));
          }
          x = scratch.x.data();
        } else {
          for (int i = 1; i < layer.n_out; ++i) {
            if (sum(i) > sum(best)) best = i;
          }
          if (with_outputs) {
            scratch.outputs.resize(static_cast<std::size_t>(layer.n_out));
            for (int i = 0; i < layer.n_out; ++i) {
              scratch.outputs[static_cast<std::size_t>(i)] =
                  static_cast<double>(sum(i)) * output_step;
            }
          }
        }
      }
      visit(s, best, activity, scratch.outputs);
    }
  }
}

FixedEvaluator::FixedEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads)
    : state_(new State{samples, threads, {}, {}, {}}) {
  expects(threads >= 1, "FixedEvaluator: needs one thread or more");
  expects(static_cast<std::int64_t>(samples.labels.size()) == samples.size(),
          "FixedEvaluator: inputs and labels differ in number");
  expects(float_reference.size() == 0 || float_reference.cols() == samples.size(),
          "FixedEvaluator: reference outputs and samples differ in number");
  state_->reference.resize(static_cast<std::size_t>(float_reference.size()));
  state_->negative_entropy.assign(static_cast<std::size_t>(float_reference.cols()), 0);
  const auto outputs = static_cast<std::size_t>(float_reference.rows());
  for (Eigen::Index s = 0; s < float_reference.cols(); ++s) {
    double* p = state_->reference.data() + static_cast<std::size_t>(s) * outputs;
    const double top = float_reference.col(s).maxCoeff();
    double sum = 0;
    for (std::size_t i = 0; i < outputs; ++i) {
      p[i] = portable_exp(double{float_reference(static_cast<Eigen::Index>(i), s)} - top);
      sum += p[i];
    }
    double& entropy = state_->negative_entropy[static_cast<std::size_t>(s)];
    for (std::size_t i = 0; i < outputs; ++i) {
      p[i] /= sum;
      if (p[i] > 0) entropy += p[i] * portable_log(p[i]);
    }
  }
}

FixedEvaluator::~FixedEvaluator() = default;

const Samples& FixedEvaluator::samples() const { return state_->samples; }

FixedEvaluation FixedEvaluator::evaluate(const QuantizedNetwork& network, int chunk) {
  State& state = *state_;
  const auto count = static_cast<std::size_t>(state.samples.size());
  const bool with_reference = !state.reference.empty();
  const std::size_t outputs = with_reference ? state.reference.size() / count : 0;
  expects(!with_reference || network.layers.empty() ||
              outputs == static_cast<std::size_t>(network.layers.back().n_out),
          "FixedEvaluator: the reference outputs do not fit the network");
  std::vector<char> wrong(count, 0);
  std::vector<double> loss(with_reference ? count : 0);
  std::vector<LayerActivity> total(network.layers.size());
  state.predict(network, chunk, with_reference,
                [&](std::int64_t s, int predicted, const std::vector<LayerActivity>& activity,
                    const std::vector<double>& sums) {
                  const auto at = static_cast<std::size_t>(s);
                  wrong[at] = predicted != state.samples.labels[at] ? 1 : 0;
                  if (with_reference) {
                    loss[at] = divergence(state.reference.data() + at * outputs,
                                          state.negative_entropy[at], sums);
                  }
#pragma omp critical
                  for (std::size_t k = 0; k < total.size(); ++k) {
                    total[k].kept_inputs += activity[k].kept_inputs;
                    total[k].zero_inputs += activity[k].zero_inputs;
                    total[k].active_chunks += activity[k].active_chunks;
                  }
                });
  FixedEvaluation result;
  result.samples = state.samples.size();
  for (const char w : wrong) result.wrong += w;
  for (const double l : loss) result.divergence += l;  // in the order of the samples
  if (count > 0) result.divergence /= static_cast<double>(count);
  result.activity = {chunk, result.samples, total};
  return result;
}

Judgement FixedEvaluator::judge(const QuantizedNetwork& network, std::int64_t most_wrong,
                                int chunk) {
  Judgement judgement;
  judgement.evaluation = evaluate(network, chunk);
  judgement.within = judgement.evaluation.wrong <= most_wrong;
  if (!judgement.within) {
    judgement.evaluation = {};
    judgement.evaluation.samples = state_->samples.size();
    judgement.evaluation.wrong = most_wrong + 1;
  }
  return judgement;
}

void FixedEvaluator::prepare_base(const QuantizedNetwork& base) {
  expects(!base.layers.empty(), "FixedEvaluator: a base has a layer or more");
}

std::vector<CodeHistogram> FixedEvaluator::code_histogram(const QuantizedNetwork& network) {
  std::vector<CodeHistogram> histograms;
  for (const QuantizedLayer& layer : network.layers) {
    const QFormat x = layer.formats.activation;
    histograms.push_back({x, std::vector<std::int64_t>(std::size_t{1} << x.bits(), 0)});
  }
  const QFormat first = network.layers.front().formats.activation;
  const std::vector<std::int16_t>& codes = state_->codes(first, network.rounding);
  for (std::int64_t s = 0; s < state_->samples.size(); ++s) {
    const FixedTrace trace =
        trace_prediction(network, codes.data() + s * network.layers.front().n_in);
    for (std::size_t k = 0; k < histograms.size(); ++k) {
      for (const std::int32_t x : trace.inputs[k]) {
        ++histograms[k].counts[static_cast<std::size_t>(x - histograms[k].format.min_code())];
      }
    }
  }
  return histograms;
}

SkippedInputs skipped_inputs(const QuantizedLayer& layer, const LayerActivity& activity,
                             std::int64_t samples) {
  const std::int64_t skipped = layer.n_in * samples - activity.kept_inputs;
  // A comparator skips every zero, because theta is then one step or more.
  const std::int64_t zeros = layer.theta_code > 0 ? activity.zero_inputs : 0;
  return {zeros, skipped - zeros};
}

std::vector<ActivityProfile> FixedEvaluator::activity_of_each(const QuantizedNetwork& network,
                                                              int chunk) {
  std::vector<ActivityProfile> each(static_cast<std::size_t>(state_->samples.size()));
  state_->predict(network, chunk, false,
                  [&](std::int64_t s, int, const std::vector<LayerActivity>& activity,
                      const std::vector<double>&) {
                    each[static_cast<std::size_t>(s)] = {chunk, 1, activity};
                  });
  return each;
}

}  // namespace minerva
