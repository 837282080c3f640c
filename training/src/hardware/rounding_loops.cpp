#include "rounding_loops.hpp"

#include <cmath>

#include "cpu_clones.hpp"

namespace minerva::training {

double ScaledFormat::codes_per_unit() const {
  return std::ldexp(1.0, format.fraction_bits + exponent);
}
double ScaledFormat::code_step() const {
  return std::ldexp(1.0, -(format.fraction_bits + exponent));
}

namespace {

// Sums in double are exact here: a float has 24 bits, which leave room for the 0.5, or is so far
// below it that floor does not see the difference.
MINERVA_CPU_CLONES void round_up_halves(float* values, std::size_t count, double codes_per_unit,
                                        double code_step, double least, double largest,
                                        double theta) {
  for (std::size_t i = 0; i < count; ++i) {
    const double rounded = std::floor(static_cast<double>(values[i]) * codes_per_unit + 0.5);
    const double code = rounded < least ? least : rounded > largest ? largest : rounded;
    values[i] = std::fabs(code) < theta ? 0.0F : static_cast<float>(code * code_step);
  }
}

/// The two other roundings, which are there for demonstration.
void round_otherwise(float* values, std::size_t count, const ScaledFormat& format,
                     Rounding rounding, double theta) {
  const double per_unit = format.codes_per_unit();
  const auto least = static_cast<double>(format.format.min_code());
  const auto largest = static_cast<double>(format.format.max_code());
  for (std::size_t i = 0; i < count; ++i) {
    const double exact = static_cast<double>(values[i]) * per_unit;
    const double floor = std::floor(exact);
    const double rest = exact - floor;
    const bool up = rounding == Rounding::half_even &&
                    (rest > 0.5 || (rest == 0.5 && std::fmod(floor, 2.0) != 0));
    const double rounded = up ? floor + 1 : floor;
    const double code = rounded < least ? least : rounded > largest ? largest : rounded;
    values[i] = std::fabs(code) < theta ? 0.0F : static_cast<float>(code * format.code_step());
  }
}

MINERVA_CPU_CLONES void find_gates(const float* sums, float* gates, std::size_t count, float end) {
  for (std::size_t i = 0; i < count; ++i) {
    gates[i] = sums[i] > 0.0F && sums[i] < end ? 1.0F : 0.0F;
  }
}

MINERVA_CPU_CLONES void rectify(float* sums, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) sums[i] = sums[i] <= 0.0F ? 0.0F : sums[i];
}

MINERVA_CPU_CLONES void clamp(float* values, std::size_t count, float least, float largest) {
  for (std::size_t i = 0; i < count; ++i) {
    const float v = values[i];
    values[i] = v < least ? least : v > largest ? largest : v;
  }
}

}  // namespace

void round_values(float* values, std::size_t count, const ScaledFormat& format) {
  round_inputs(values, count, format, Rounding::half_up, 0);
}

void round_inputs(float* values, std::size_t count, const ScaledFormat& format, Rounding rounding,
                  int theta_code) {
  if (rounding != Rounding::half_up) {
    round_otherwise(values, count, format, rounding, theta_code);
    return;
  }
  round_up_halves(values, count, format.codes_per_unit(), format.code_step(),
                  static_cast<double>(format.format.min_code()),
                  static_cast<double>(format.format.max_code()), theta_code);
}

void activate(float* sums, float* gates, std::size_t count, const ScaledFormat& format,
              Rounding rounding, int theta_code) {
  // Half a step above the largest code: beyond it a sum saturates by more than rounding would move
  // it.
  const double end = (static_cast<double>(format.format.max_code()) + 0.5) * format.code_step();
  find_gates(sums, gates, count, static_cast<float>(end));
  rectify(sums, count);
  round_inputs(sums, count, format, rounding, theta_code);
}

void keep_in_range(float* values, std::size_t count, const ScaledFormat& format) {
  const double half = 0.5 * format.code_step();
  clamp(
      values, count,
      static_cast<float>(static_cast<double>(format.format.min_code()) * format.code_step() - half),
      static_cast<float>(static_cast<double>(format.format.max_code()) * format.code_step() +
                         half));
}

}  // namespace minerva::training
