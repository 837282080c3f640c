#pragma once
#include <cstdint>

namespace minerva::training {

/// How a parameter w moves against its gradient g; a and b are two numbers kept for each parameter.
/// All in single precision, every fma rounded once, so that the bits are the same on every machine:
///   momentum  a = fma(first_decay, a, g);  w = fma(-rate, a, w)
///   nesterov  a = fma(first_decay, a, g);  w = fma(-rate, fma(first_decay, a, g), w)
///   rmsprop   b = fma(second_decay, b, ((1 - second_decay) g) g);  w -= (rate g) / (sqrt(b) +
///   epsilon) adam      a = fma(first_decay, a, (1 - first_decay) g);  b as rmsprop;
///             w -= (rate a) / (sqrt(b) + epsilon)
/// A gradient below 2^-50 in magnitude counts as 0, as do a below 2^-100 and b below 2^-120:
/// numbers that small move no weight, and below 2^-126 they would slow the arithmetic a
/// hundredfold.
enum class DescentRule { momentum, nesterov, rmsprop, adam };

struct Descent {
  DescentRule rule = DescentRule::adam;
  float rate = 0;
  float first_decay = 0;   ///< of momentum, nesterov (their momentum) and adam
  float second_decay = 0;  ///< of rmsprop and adam
  float epsilon = 0;       ///< of rmsprop and adam
  /// The whole gradient, penalties included, is scaled down to this Euclidean norm when it is
  /// longer; 0: never. Costs a second pass over the parameters.
  double largest_gradient_norm = 0;
};

constexpr double kAdamFirstDecay = 0.9;
constexpr double kAdamSecondDecay = 0.999;
constexpr double kAdamEpsilon = 1e-8;
/// Adam's step number `step`, from 0 (Kingma and Ba, 2015, end of Sec. 2): rate and epsilon with
/// the bias corrections in them.
struct AdamConstants {
  double first_decay = kAdamFirstDecay;
  double second_decay = kAdamSecondDecay;
  double epsilon = kAdamEpsilon;
};
Descent adam_descent(double rate, std::uint64_t step, const AdamConstants& constants = {});

/// The parameters and what the rule keeps of each, all as ParameterLayout orders them. `first` may
/// be null for rmsprop, `second` for momentum and nesterov.
template <class Scalar>
struct DescentState {
  Scalar* parameters = nullptr;
  Scalar* first = nullptr;
  Scalar* second = nullptr;
};

}  // namespace minerva::training
