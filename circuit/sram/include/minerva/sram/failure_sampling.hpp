#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "minerva/statistics/statistics.hpp"

namespace minerva::sram {

constexpr std::size_t kTransistors = 8;
/// A cell in standard normal variables, one for each transistor; a 6T cell has no use for the last
/// two.
using Deviates = std::array<double, kTransistors>;
/// A margin of a cell; below 0 the cell fails.
using Margin = std::function<double(const Deviates&)>;

/// The most probable point at which a margin is 0: the one nearest to the nominal cell.
struct FailurePoint {
  Deviates at{};
  /// Its distance from the nominal cell in standard deviations; negative where the nominal cell
  /// fails itself.
  double distance = 0;
  bool found = false;  ///< false: no failure within kFarthestDeviation
};
/// Beyond it a probability is below 1e-280.
constexpr double kFarthestDeviation = 36;
/// Hasofer, Lind, Rackwitz and Fiessler's iteration (Rackwitz, Fiessler, Computers and Structures
/// 1978), with steps that are halved until they help.
FailurePoint most_probable_failure(const Margin& margin);

/// An estimated probability with its 95 % interval.
struct EstimatedRate {
  double rate = 0;
  Interval interval;
  int failures = 0;  ///< samples in which it was seen
};

/// All margins of a cell at once.
using Margins = std::function<void(const Deviates&, std::vector<double>&)>;

/// The probability that each of `count` margins is below 0. Importance sampling from normal
/// distributions around `centers`, `samples` from each, weighted by the balance heuristic (Veach,
/// Guibas, SIGGRAPH 1995), so that every sample serves every margin. The nominal cell as the only
/// center is plain Monte Carlo. A deviate is a function of seed, number of the center and number of
/// the sample alone, so curves over a voltage are smooth.
std::vector<EstimatedRate> estimate_rates(const Margins& margins, std::size_t count,
                                          const std::vector<Deviates>& centers, int samples,
                                          std::uint64_t seed);

}  // namespace minerva::sram
