#pragma once
#include <cstddef>
#include <cstdint>

#include "minerva/arithmetic/fixed_point.hpp"

// Loops that round floats to the codes of a format and leave them as floats again. A test holds
// them to round_to and round_code.
namespace minerva::training {

/// A format in the units of the float network: a code stands for code * 2^-(fraction bits +
/// exponent).
struct ScaledFormat {
  QFormat format;
  int exponent = 0;  ///< the hardware's value is 2^exponent times the float network's

  double codes_per_unit() const;
  double code_step() const;
};

/// values[i] = the nearest value of the format, halves upward, saturated. NaN stays NaN.
void round_values(float* values, std::size_t count, const ScaledFormat& format);

/// The same, and 0 where the code is below `theta_code` in magnitude, as the comparator skips it.
void round_inputs(float* values, std::size_t count, const ScaledFormat& format, Rounding rounding,
                  int theta_code);

/// The activations that a hidden layer hands on: sums below 0 become 0, the rest is rounded as
/// round_inputs does. gates[i] becomes 1 where the sum passes a gradient on, above 0 and not
/// saturated, and 0 elsewhere.
void activate(float* sums, float* gates, std::size_t count, const ScaledFormat& format,
              Rounding rounding, int theta_code);

/// values[i] kept within half a step of what the format can hold, so that a weight that has reached
/// the end of its format does not wander off.
void keep_in_range(float* values, std::size_t count, const ScaledFormat& format);

}  // namespace minerva::training
