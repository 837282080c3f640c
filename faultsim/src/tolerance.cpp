#include "minerva/faultsim/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "minerva/core/errors.hpp"
#include "minerva/core/portable_math.hpp"
#include "minerva/core/statistics.hpp"

namespace minerva::faultsim {

void check_options(const FaultOptions& options) {
  const auto in_range = [](const char* key, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      char allowed[80];
      std::snprintf(allowed, sizeof allowed, "needs %g to %g", low, high);
      throw UserError(key, std::to_string(value), allowed);
    }
  };
  in_range("faults.trials", options.trials, 1, 1e6);
  in_range("faults.lowest_rate", options.lowest_rate, 1e-9, kMaxFaultRate);
  in_range("faults.highest_rate", options.highest_rate, options.lowest_rate, kMaxFaultRate);
  in_range("faults.rates_per_decade", options.rates_per_decade, 1, 1000);
  for (const double rate : options.report_rates) {
    in_range("faults.report_rates", rate, 0, kMaxFaultRate);
  }
}

RatePoint measure_rate(const QuantizedNetwork& network, FixedEvaluator& evaluator, double rate,
                       const FaultOptions& options, int chunk) {
  QuantizedNetwork faulty = network;
  RatePoint point{rate, options.trials, 0, 0, {chunk, 0, {}}};
  std::vector<double> wrong;
  for (int trial = 0; trial < options.trials; ++trial) {
    inject_faults(faulty, options.seed, static_cast<std::uint64_t>(trial), rate);
    const FixedEvaluation evaluation = evaluator.evaluate(faulty, chunk);
    wrong.push_back(static_cast<double>(evaluation.wrong));
    point.activity += evaluation.activity;
  }
  point.wrong_mean = mean(wrong);
  point.wrong_deviation = sample_deviation(wrong);
  return point;
}

Tolerance find_tolerance(QuantizedNetwork network, const Mitigation& mitigation,
                         FixedEvaluator& evaluator, std::int64_t most_wrong,
                         const FaultOptions& options, const FaultProgress& progress) {
  check_options(options);
  check_mitigation(mitigation);
  network.mitigation = mitigation;
  std::map<double, RatePoint> measured;
  const auto measure = [&](double rate) -> const RatePoint& {
    const auto found = measured.find(rate);
    if (found != measured.end()) return found->second;
    const RatePoint& point =
        measured.emplace(rate, measure_rate(network, evaluator, rate, options)).first->second;
    if (progress) {
      char text[120];
      std::snprintf(text, sizeof text, "%s mask, sign %s: rate %.3g, %.1f wrong",
                    to_string(mitigation.masking), to_string(mitigation.sign), rate,
                    point.wrong_mean);
      progress(text);
    }
    return point;
  };
  std::vector<double> grid;
  const double step = portable_log(10.0) / options.rates_per_decade;
  const double span = portable_log(options.highest_rate / options.lowest_rate);
  for (int i = 0; i * step < span * (1 - 1e-12); ++i) {
    grid.push_back(options.lowest_rate * portable_exp(i * step));
  }
  grid.push_back(options.highest_rate);
  const auto holds = [&](double rate) {
    return measure(rate).wrong_mean <= static_cast<double>(most_wrong);
  };
  Tolerance result;
  result.mitigation = mitigation;
  // Invariant: grid[low - 1] holds (or low is 0), grid[high] fails (or high is past the end).
  std::size_t low = 0;
  std::size_t high = grid.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (holds(grid[middle])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low > 0) {
    result.rate = grid[low - 1];
    result.at_rate = measure(result.rate);
  }
  for (const double rate : options.report_rates) measure(rate);
  for (const auto& [rate, point] : measured) result.curve.push_back(point);
  return result;
}

}  // namespace minerva::faultsim
