#include "minerva/training/gradient.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "gradient_work.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "softmax_loss.hpp"

namespace minerva::training {
namespace {
/// x^n by squaring; multiplications alone, so the same bits everywhere.
double power(double x, std::uint64_t n) {
  double result = 1;
  for (; n > 0; n /= 2, x *= x) {
    if (n % 2 == 1) result *= x;
  }
  return result;
}
}  // namespace

Descent adam_descent(double rate, std::uint64_t step, const AdamConstants& constants) {
  const double first = 1 - power(constants.first_decay, step + 1);
  const double second = std::sqrt(1 - power(constants.second_decay, step + 1));
  Descent descent;
  descent.rule = DescentRule::adam;
  descent.rate = static_cast<float>(rate * second / first);
  descent.first_decay = static_cast<float>(constants.first_decay);
  descent.second_decay = static_cast<float>(constants.second_decay);
  descent.epsilon = static_cast<float>(constants.epsilon * second);
  return descent;
}

ParameterLayout::ParameterLayout(Topology topology) : topology_(std::move(topology)), offsets_{0} {
  for (int k = 0; k < topology_.layers(); ++k) {
    offsets_.push_back(biases_at(k) + static_cast<std::size_t>(topology_.layer(k).bias_count()));
  }
}

std::size_t ParameterLayout::weights_size(int layer) const {
  return static_cast<std::size_t>(topology_.layer(layer).weight_count());
}

static_assert(kDropoutChunk == 8 * kernels::kPhiloxBlocks);

void draw_bits(std::uint64_t seed, std::uint64_t step, int layer, int first, int last,
               std::uint16_t* bits) {
  const std::uint64_t index = step * std::uint64_t{kMaxLayers} + static_cast<std::uint64_t>(layer);
  const std::uint32_t counter[3] = {static_cast<std::uint32_t>(Stream::dropout),
                                    static_cast<std::uint32_t>(index),
                                    static_cast<std::uint32_t>(index >> 32)};
  const std::uint32_t key[2] = {static_cast<std::uint32_t>(seed),
                                static_cast<std::uint32_t>(seed >> 32)};
  for (int chunk = first; chunk < last; ++chunk) {
    kernels::philox_bits(static_cast<std::uint32_t>(chunk) * kernels::kPhiloxBlocks, counter, key,
                         bits + std::ptrdiff_t{chunk} * static_cast<int>(kDropoutChunk));
  }
}

void draw_dropout_bits(std::uint64_t seed, std::uint64_t step, int layer, std::uint16_t* bits,
                       std::size_t count) {
  const std::size_t chunks = (count + kDropoutChunk - 1) / kDropoutChunk;
  draw_bits(seed, step, layer, 0, static_cast<int>(chunks), bits);
}

template <class Scalar>
LossGradient<Scalar>::Work::Work(const ParameterLayout& layout,
                                 const Regularization& regularization, int max_batch, int threads,
                                 std::shared_ptr<const HardwareArithmetic> hardware)
    : layout_(layout),
      regularization_(regularization),
      max_batch_(max_batch),
      threads_(threads),
      dropout_threshold_(static_cast<int>(std::lround(regularization.dropout_fraction * 65536))),
      keep_scale_(static_cast<Scalar>(65536.0 / (65536 - dropout_threshold_))),
      hardware_(std::move(hardware)) {
  expects(max_batch >= 1 && threads >= 1, "a gradient needs room for samples, and threads");
  const Topology& topology = layout_.topology();
  std::size_t widest = 0;
  std::size_t largest = 0;
  for (int k = 0; k < topology.layers(); ++k) {
    const int rows = topology.fan_out(k);
    activations_.emplace_back(rows, max_batch);
    deltas_.emplace_back(rows, max_batch);
    if (hardware_ != nullptr) gates_.emplace_back(rows, max_batch);
    widest = std::max(widest, static_cast<std::size_t>(rows));
    if (k == 0) continue;
    largest = std::max(largest, static_cast<std::size_t>(column_step(topology.fan_in(k))) *
                                    static_cast<std::size_t>(rows));
  }
  transposed_.resize(largest);
  bias_gradient_.resize(widest);
  if (dropout_threshold_ > 0) {
    const std::size_t bits = widest * static_cast<std::size_t>(max_batch);
    dropout_bits_.resize((bits + kDropoutChunk - 1) / kDropoutChunk * kDropoutChunk);
  }
}

template <class Scalar>
std::int32_t LossGradient<Scalar>::Work::label(const Batch& batch, int at) const {
  return batch.labels[batch.columns == nullptr ? batch.first + at : batch.columns[at]];
}

template <class Scalar>
Scalar* LossGradient<Scalar>::Work::whole_gradient() {
  gradient_.resize(layout_.size());
  return gradient_.data();
}

template <class Scalar>
void LossGradient<Scalar>::Work::forward(const Scalar* parameters, const Batch& batch,
                                         bool dropping) {
  expects(batch.size >= 1 && batch.size <= max_batch_, "batch does not fit the working memory");
  expects(batch.inputs->rows() == layout_.topology().inputs(), "batch does not fit the network");
  batch_ = batch.size;
  inputs_.gather(batch, threads_);
  if (hardware_ != nullptr) round_network_inputs();
  for (int k = 0; k < layout_.topology().layers(); ++k)
    forward_layer(k, parameters, batch, dropping);
}

template <class Scalar>
kernels::Factor<Scalar> LossGradient<Scalar>::Work::read_by_sample(int k) const {
  if (k == 0) return inputs_.by_sample();
  const Columns<Scalar>& x = activations_[static_cast<std::size_t>(k) - 1];
  return {{x.values.data(), 1, x.step}, {}};
}

template <class Scalar>
kernels::Factor<Scalar> LossGradient<Scalar>::Work::read_by_input(int k) {
  if (k == 0) return inputs_.by_input();
  const Columns<Scalar>& x = activations_[static_cast<std::size_t>(k) - 1];
  return {{x.values.data(), x.step, 1}, {}};
}

template <class Scalar>
double LossGradient<Scalar>::Work::output_loss(const Batch& batch) {
  const int rows = layout_.topology().outputs();
  const Scalar per_sample = Scalar{1} / static_cast<Scalar>(batch_);
  double loss = 0;
  for (int c = 0; c < batch_; ++c) {
    const Scalar* sums = activations_.back().column(c);
    Scalar* delta = deltas_.back().column(c);
    const std::int32_t own = label(batch, c);
    if (batch.teacher.outputs == nullptr) {
      loss += softmax_loss(sums, rows, own, per_sample, delta);
      continue;
    }
    if constexpr (std::is_same_v<Scalar, float>) {
      loss += distilled_loss(sums, rows, own, batch.teacher,
                             batch.teacher.outputs + std::ptrdiff_t{c} * rows, per_sample, delta);
    }
  }
  return loss / batch_;
}

template <class Scalar>
void LossGradient<Scalar>::Work::add_penalty_of_activations(double* loss) {
  if (regularization_.activation_l1 == 0) return;
  double sum = 0;
  for (int k = 0; k + 1 < layout_.topology().layers(); ++k) {
    Columns<Scalar>& x = activations_[static_cast<std::size_t>(k)];
    // Rows first: one sum a unit, in the order of the samples.
    const int rows = layout_.topology().fan_out(k);
    kernels::row_sums(bias_gradient_.data(), x.values.data(), rows, x.step, batch_);
    for (int r = 0; r < rows; ++r) {
      sum += static_cast<double>(bias_gradient_[static_cast<std::size_t>(r)]);
    }
  }
  *loss += regularization_.activation_l1 * sum / batch_;
}

template <class Scalar>
double LossGradient<Scalar>::Work::loss(const Scalar* parameters, const Batch& batch) {
  forward(parameters, batch, true);
  double loss = output_loss(batch);
  add_penalty_of_activations(&loss);
  return loss;
}

template <class Scalar>
void LossGradient<Scalar>::Work::backward(const Scalar* parameters, const Scalar* penalised,
                                          Scalar* gradient, const Descent& rule,
                                          const DescentState<Scalar>& state) {
  for (int k = layout_.topology().layers() - 1; k >= 0; --k) {
    backward_layer(k, parameters, penalised, gradient, rule, state);
  }
}

template <class Scalar>
double LossGradient<Scalar>::Work::weight_penalty(const Scalar* parameters) const {
  double absolute = 0;
  double square = 0;
  for (int k = 0; k < layout_.topology().layers(); ++k) {
    const Scalar* weights = parameters + layout_.weights_at(k);
    for (std::size_t i = 0; i < layout_.weights_size(k); ++i) {
      const auto w = static_cast<double>(weights[i]);
      absolute += std::fabs(w);
      square += w * w;
    }
  }
  return regularization_.l1 * absolute + regularization_.l2 * square;
}

template <class Scalar>
int LossGradient<Scalar>::Work::count_wrong(const Scalar* parameters, const Batch& batch) {
  forward(parameters, batch, false);
  const int rows = layout_.topology().outputs();
  int wrong = 0;
  if (!exact_outputs_.empty()) {
    for (int c = 0; c < batch_; ++c) {
      const std::int64_t* sums = exact_outputs_.data() + std::ptrdiff_t{c} * rows;
      wrong += std::max_element(sums, sums + rows) - sums != label(batch, c) ? 1 : 0;
    }
    return wrong;
  }
  for (int c = 0; c < batch_; ++c) {
    const Scalar* sums = activations_.back().column(c);
    wrong += std::max_element(sums, sums + rows) - sums != label(batch, c) ? 1 : 0;
  }
  return wrong;
}

template <class Scalar>
BatchErrors LossGradient<Scalar>::Work::judge(const Scalar* parameters, const Batch& batch) {
  const int wrong = count_wrong(parameters, batch);
  return {wrong, output_loss(batch) * batch_};
}

template <class Scalar>
void LossGradient<Scalar>::Work::outputs(const Scalar* parameters, const Batch& batch, Scalar* to) {
  forward(parameters, batch, false);
  const int rows = layout_.topology().outputs();
  for (int c = 0; c < batch_; ++c) {
    std::copy_n(activations_.back().column(c), rows, to + std::ptrdiff_t{c} * rows);
  }
}

template <class Scalar>
std::vector<Scalar> LossGradient<Scalar>::Work::last_activations(int k) const {
  const int rows = layout_.topology().fan_out(k);
  std::vector<Scalar> all;
  for (int c = 0; c < batch_; ++c) {
    const Scalar* column = activations_[static_cast<std::size_t>(k)].column(c);
    all.insert(all.end(), column, column + rows);
  }
  return all;
}

template <class Scalar>
LossGradient<Scalar>::LossGradient(const ParameterLayout& layout,
                                   const Regularization& regularization, int max_batch, int threads,
                                   std::shared_ptr<const HardwareArithmetic> hardware)
    : work_(std::make_unique<Work>(layout, regularization, max_batch, threads,
                                   std::move(hardware))) {}
template <class Scalar>
LossGradient<Scalar>::~LossGradient() = default;
template <class Scalar>
LossGradient<Scalar>::LossGradient(LossGradient&&) noexcept = default;

template <class Scalar>
double LossGradient<Scalar>::evaluate(const Scalar* parameters, const Batch& batch,
                                      Scalar* gradient) {
  const double loss = work_->loss(parameters, batch);
  work_->backward(parameters, parameters, gradient, {}, {});
  return loss;
}

template <class Scalar>
double LossGradient<Scalar>::descend(const Descent& rule, const Batch& batch,
                                     const DescentState<Scalar>& state, const Scalar* at) {
  const Scalar* parameters = at == nullptr ? state.parameters : at;
  const double loss = work_->loss(parameters, batch);
  if (rule.largest_gradient_norm <= 0) {
    work_->backward(parameters, state.parameters, nullptr, rule, state);
    return loss;
  }
  const std::size_t count = work_->layout().size();
  Scalar* gradient = work_->whole_gradient();
  work_->backward(parameters, state.parameters, gradient, {}, {});
  const double norm = std::sqrt(kernels::sum_of_squares(gradient, count));
  const double scale = norm > rule.largest_gradient_norm ? rule.largest_gradient_norm / norm : 1.0;
  kernels::move(rule, state, gradient, static_cast<Scalar>(scale), count);
  return loss;
}

template <class Scalar>
double LossGradient<Scalar>::weight_penalty(const Scalar* parameters) const {
  return work_->weight_penalty(parameters);
}

template <class Scalar>
int LossGradient<Scalar>::count_wrong(const Scalar* parameters, const Batch& batch) {
  return work_->count_wrong(parameters, batch);
}

template <class Scalar>
BatchErrors LossGradient<Scalar>::judge(const Scalar* parameters, const Batch& batch) {
  return work_->judge(parameters, batch);
}

template <class Scalar>
void LossGradient<Scalar>::outputs(const Scalar* parameters, const Batch& batch, Scalar* to) {
  work_->outputs(parameters, batch, to);
}

template <class Scalar>
std::vector<Scalar> LossGradient<Scalar>::last_activations(int k) const {
  return work_->last_activations(k);
}

template class LossGradient<float>;
template class LossGradient<double>;

}  // namespace minerva::training
