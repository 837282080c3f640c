#include "minerva/sram/failure_sampling.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::sram {
namespace {

constexpr int kMostIterations = 60;
constexpr double kGradientStep = 0.05;  // standard deviations
constexpr double kSettled = 1e-3;       // standard deviations
constexpr double kNormal95 = 1.959964;

double dot(const Deviates& a, const Deviates& b) {
  double sum = 0;
  for (std::size_t k = 0; k < kTransistors; ++k) sum += a[k] * b[k];
  return sum;
}

Deviates gradient_of(const Margin& margin, const Deviates& at) {
  Deviates gradient{};
  for (std::size_t k = 0; k < kTransistors; ++k) {
    Deviates above = at;
    Deviates below = at;
    above[k] += kGradientStep;
    below[k] -= kGradientStep;
    gradient[k] = (margin(above) - margin(below)) / (2 * kGradientStep);
  }
  return gradient;
}

Deviates between(const Deviates& from, const Deviates& to, double share) {
  Deviates point{};
  for (std::size_t k = 0; k < kTransistors; ++k) point[k] = from[k] + share * (to[k] - from[k]);
  return point;
}

/// A sum of weights, one center after another.
struct WeightSum {
  double sum = 0;
  double variance = 0;  ///< of the sum
  double stratum = 0;
  double stratum_squares = 0;

  void add(double weight) {
    stratum += weight;
    stratum_squares += weight * weight;
  }
  void end_stratum(int samples) {
    sum += stratum;
    variance += stratum_squares - stratum * stratum / samples;
    stratum = stratum_squares = 0;
  }
};

/// Weights of the samples in which a margin fails, and of those in which it does not.
struct Tally {
  WeightSum failing;
  WeightSum passing;
  int failures = 0;

  void add(bool fails, double weight) {
    (fails ? failing : passing).add(weight);
    if (fails) ++failures;
  }
  void end_stratum(int samples) {
    failing.end_stratum(samples);
    passing.end_stratum(samples);
  }
  /// Where most cells fail, the rate follows from those that do not, which is the surer figure.
  EstimatedRate rate(double all_samples) const {
    const bool most_fail = failing.sum > all_samples / 2;
    const WeightSum& rarer = most_fail ? passing : failing;
    const double share = std::min(rarer.sum / all_samples, 1.0);
    const double mean = most_fail ? 1 - share : share;
    const double half = kNormal95 * std::sqrt(std::max(rarer.variance, 0.0)) / all_samples;
    return {mean, {std::max(mean - half, 0.0), std::min(mean + half, 1.0)}, failures};
  }
};

}  // namespace

FailurePoint most_probable_failure(const Margin& margin) {
  FailurePoint point;
  double value = margin(point.at);
  const bool nominal_fails = value < 0;
  const double scale = std::abs(value);
  for (int k = 0; k < kMostIterations; ++k) {
    const Deviates gradient = gradient_of(margin, point.at);
    const double squared = dot(gradient, gradient);
    if (!(squared > 0)) return point;
    // The point of the tangent plane's zero that is nearest to the nominal cell.
    const double along = (dot(gradient, point.at) - value) / squared;
    Deviates target{};
    for (std::size_t d = 0; d < kTransistors; ++d) target[d] = along * gradient[d];
    const double length = std::sqrt(dot(target, target));
    if (length > kFarthestDeviation) {
      target = between({}, target, kFarthestDeviation / length);
    }
    // Only a step that leaves the zero much farther behind than it was is too long.
    double share = 1;
    Deviates next = target;
    double next_value = margin(next);
    for (int halving = 0; halving < 4; ++halving) {
      if (std::abs(next_value) <= std::max(std::abs(value), 0.05 * scale)) break;
      share /= 2;
      next = between(point.at, target, share);
      next_value = margin(next);
    }
    double step = 0;
    for (std::size_t d = 0; d < kTransistors; ++d) {
      step += (next[d] - point.at[d]) * (next[d] - point.at[d]);
    }
    point.at = next;
    value = next_value;
    if (std::sqrt(step) < kSettled) break;
  }
  point.distance = std::sqrt(dot(point.at, point.at)) * (nominal_fails ? -1 : 1);
  point.found = std::abs(value) < 0.05 * scale || scale == 0;
  return point;
}

std::vector<EstimatedRate> estimate_rates(const Margins& margins, std::size_t count,
                                          const std::vector<Deviates>& centers, int samples,
                                          std::uint64_t seed) {
  expects(count > 0 && !centers.empty() && samples > 1, "nothing to sample");
  const double share = 1.0 / static_cast<double>(centers.size());
  std::vector<Tally> tallies(count);
  std::vector<double> values(count);
  for (std::size_t c = 0; c < centers.size(); ++c) {
    for (int s = 0; s < samples; ++s) {
      KeyedRandom random(seed, Stream::sram_cells,
                         mix_keys(static_cast<std::uint64_t>(c), static_cast<std::uint64_t>(s)));
      Deviates cell = centers[c];
      for (double& deviate : cell) deviate += random.normal();
      margins(cell, values);
      // The density of the sampled mixture over that of cells as they are made.
      double density = 0;
      for (const Deviates& center : centers) {
        density += share * portable_exp(dot(cell, center) - 0.5 * dot(center, center));
      }
      for (std::size_t k = 0; k < count; ++k) {
        tallies[k].add(values[k] < 0, 1 / density);
      }
    }
    for (Tally& tally : tallies) tally.end_stratum(samples);
  }
  std::vector<EstimatedRate> rates;
  for (const Tally& tally : tallies) {
    rates.push_back(tally.rate(static_cast<double>(samples) * static_cast<double>(centers.size())));
  }
  return rates;
}

}  // namespace minerva::sram
