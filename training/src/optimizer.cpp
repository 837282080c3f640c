#include "minerva/training/optimizer.hpp"

#include <cmath>

#include "cpu_clones.hpp"
#include "minerva/core/portable_math.hpp"

namespace minerva::training {
namespace {

MINERVA_CPU_CLONES void momentum_step(const Descent& rule, float* __restrict w,
                                      float* __restrict mean, const float* __restrict gradient,
                                      std::size_t count) {
  const float rate = rule.rate;
  const float momentum = rule.first_decay;
  for (std::size_t i = 0; i < count; ++i) {
    mean[i] = momentum * mean[i] + gradient[i];
    w[i] -= rate * mean[i];
  }
}

MINERVA_CPU_CLONES void nesterov_step(const Descent& rule, float* __restrict w,
                                      float* __restrict mean, const float* __restrict gradient,
                                      std::size_t count) {
  const float rate = rule.rate;
  const float momentum = rule.first_decay;
  for (std::size_t i = 0; i < count; ++i) {
    const float m = momentum * mean[i] + gradient[i];
    mean[i] = m;
    w[i] -= rate * (gradient[i] + momentum * m);
  }
}

MINERVA_CPU_CLONES void adam_step(const Descent& rule, float* __restrict w, float* __restrict mean,
                                  float* __restrict variance, const float* __restrict gradient,
                                  std::size_t count) {
  const float rate = rule.rate;
  const float epsilon = rule.epsilon;
  const float a = rule.first_decay;
  const float b = rule.second_decay;
  for (std::size_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float m = a * mean[i] + (1 - a) * g;
    const float v = b * variance[i] + (1 - b) * (g * g);
    mean[i] = m;
    variance[i] = v;
    w[i] -= rate * m / (std::sqrt(v) + epsilon);
  }
}

MINERVA_CPU_CLONES void rmsprop_step(const Descent& rule, float* __restrict w,
                                     float* __restrict variance, const float* __restrict gradient,
                                     std::size_t count) {
  const float rate = rule.rate;
  const float epsilon = rule.epsilon;
  const float b = rule.second_decay;
  for (std::size_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float v = b * variance[i] + (1 - b) * (g * g);
    variance[i] = v;
    w[i] -= rate * g / (std::sqrt(v) + epsilon);
  }
}

double gradient_norm(const float* gradient, std::size_t count) {
  constexpr std::size_t kSums = 16;
  double sums[kSums] = {};
  std::size_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (std::size_t s = 0; s < kSums; ++s) {
      const double g = static_cast<double>(gradient[i + s]);
      sums[s] += g * g;
    }
  }
  for (std::size_t s = 0; i + s < count; ++s) {
    const double g = static_cast<double>(gradient[i + s]);
    sums[s] += g * g;
  }
  double sum = 0;
  for (const double part : sums) sum += part;
  return std::sqrt(sum);
}

void clip_gradient(float* gradient, std::size_t count, double largest_norm) {
  const double norm = gradient_norm(gradient, count);
  if (!(norm > largest_norm)) return;
  const auto scale = static_cast<float>(largest_norm / norm);
  for (std::size_t i = 0; i < count; ++i) gradient[i] *= scale;
}

}  // namespace

Descent descent_of(const TrainingOptions& options, double learning_rate, std::uint64_t step) {
  Descent descent;
  double rate = learning_rate;
  double epsilon = options.epsilon;
  double first_decay = options.momentum;
  double second_decay = options.rmsprop_decay;
  switch (options.optimizer) {
    case Optimizer::sgd:
      descent.rule = DescentRule::momentum;
      break;
    case Optimizer::nesterov:
      descent.rule = DescentRule::nesterov;
      break;
    case Optimizer::rmsprop:
      descent.rule = DescentRule::rmsprop;
      break;
    case Optimizer::adam: {
      descent.rule = DescentRule::adam;
      first_decay = options.mean_decay;
      second_decay = options.variance_decay;
      const auto t = static_cast<double>(step + 1);
      const auto correction = [t](double decay) {
        return decay > 0 ? 1 - portable_pow(decay, t) : 1.0;
      };
      const double of_variance = std::sqrt(correction(second_decay));
      rate *= of_variance / correction(first_decay);
      epsilon *= of_variance;
      break;
    }
  }
  descent.rate = static_cast<float>(rate);
  descent.first_decay = static_cast<float>(first_decay);
  descent.second_decay = static_cast<float>(second_decay);
  descent.epsilon = static_cast<float>(epsilon);
  descent.largest_gradient_norm = options.clip_norm;
  return descent;
}

bool keeps_first(Optimizer optimizer) { return optimizer != Optimizer::rmsprop; }
bool keeps_second(Optimizer optimizer) {
  return optimizer == Optimizer::adam || optimizer == Optimizer::rmsprop;
}

void descend(const Descent& rule, const DescentState<float>& state, float* gradient,
             std::size_t count) {
  if (rule.largest_gradient_norm > 0) clip_gradient(gradient, count, rule.largest_gradient_norm);
  switch (rule.rule) {
    case DescentRule::momentum:
      momentum_step(rule, state.parameters, state.first, gradient, count);
      return;
    case DescentRule::nesterov:
      nesterov_step(rule, state.parameters, state.first, gradient, count);
      return;
    case DescentRule::adam:
      adam_step(rule, state.parameters, state.first, state.second, gradient, count);
      return;
    case DescentRule::rmsprop:
      rmsprop_step(rule, state.parameters, state.second, gradient, count);
      return;
  }
}

}  // namespace minerva::training
