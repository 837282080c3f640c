#include "minerva/arithmetic/portable_math.hpp"

#include <cmath>
#include <limits>

namespace minerva {
namespace {
// ln 2 and pi/2 split in two, so that multiples of the first part are exact.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kHalfPiHigh = 0x1.921fb54400000p+0;
constexpr double kHalfPiLow = 0x1.0b4611a626331p-34;
}  // namespace

double portable_exp(double x) {
  if (std::isnan(x)) return x;  // no integer below could hold it
  if (x < -745.2) return 0;
  if (x > 709.78) return std::numeric_limits<double>::infinity();
  const double k = std::floor(x * (1 / 0.69314718055994530942) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;  // |r| <= 0.35
  double sum = 1;
  for (int i = 15; i >= 1; --i) sum = 1 + r / i * sum;
  return std::ldexp(sum, static_cast<int>(k));
}

double portable_log(double x) {
  int e = 0;
  double m = std::frexp(x, &e);
  if (m < 0.70710678118654752) {
    m *= 2;
    --e;
  }
  const double s = (m - 1) / (m + 1);  // |s| <= 0.172
  const double s2 = s * s;
  double sum = 0;
  for (int i = 21; i >= 3; i -= 2) sum = s2 * (1.0 / i + sum);
  return e * kLn2High + (2 * s * (1 + sum) + e * kLn2Low);
}

double portable_pow(double x, double y) { return portable_exp(y * portable_log(x)); }

namespace {
double sine_of_reduced(double x, int quarter) {
  const double k = std::floor(x * (1 / 1.57079632679489661923) + 0.5);
  const double r = (x - k * kHalfPiHigh) - k * kHalfPiLow;
  const auto phase = (static_cast<long>(k) + quarter) & 3;
  const double r2 = r * r;
  double sum = 1;
  if ((phase & 1) == 0) {
    for (int i = 18; i >= 2; i -= 2) sum = 1 - r2 / (i * (i + 1)) * sum;
    sum *= r;
  } else {
    for (int i = 19; i >= 1; i -= 2) sum = 1 - r2 / (i * (i + 1)) * sum;
  }
  return phase >= 2 ? -sum : sum;
}
}  // namespace

double portable_sin(double x) { return sine_of_reduced(x, 0); }
double portable_cos(double x) { return sine_of_reduced(x, 1); }

}  // namespace minerva
