#include "minerva/faultsim/options.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::faultsim {

void check_options(const FaultOptions& options) {
  check_in_range("faults.maps", options.maps, ranges::kMaps);
  check_in_range("faults.maps_max", options.maps_max, ranges::kMaps);
  if (options.maps_max < options.maps) {
    throw UserError("faults.maps_max", std::to_string(options.maps_max),
                    "needs at least faults.maps = " + std::to_string(options.maps));
  }
  check_in_range("faults.confirming_maps", options.confirming_maps, ranges::kMaps);
  check_in_range("faults.confidence", options.confidence, ranges::kProbability);
  check_in_range("faults.yield_quantile", options.yield_quantile, ranges::kProbability);
  check_in_range("faults.half_width", options.half_width, ranges::kHalfWidth);
  check_in_range("faults.lowest_rate", options.lowest_rate, ranges::kSearchedRate);
  check_in_range("faults.highest_rate", options.highest_rate, ranges::kSearchedRate);
  if (options.highest_rate < options.lowest_rate) {
    throw UserError("faults.highest_rate", number_text(options.highest_rate),
                    "needs at least faults.lowest_rate = " + number_text(options.lowest_rate));
  }
  check_in_range("faults.rates_per_decade", options.rates_per_decade, ranges::kRatesPerDecade);
  for (const double rate : options.report_rates) {
    check_in_range("faults.report_rates", rate, ranges::kRate);
  }
}

namespace {

// Steps of a grid are computed by exp, which leaves 0.00010000000000000003 where a user writes
// 0.0001. No grid has rates that agree in as many digits.
constexpr int kDigits = 12;
constexpr double kRounding = 1e-11;  // relative

double rounded(double rate) {
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof text, rate, std::chars_format::general, kDigits);
  double value = 0;
  std::from_chars(text, end.ptr, value);
  return value;
}

}  // namespace

std::vector<double> rate_grid(const FaultOptions& options) {
  std::vector<double> grid;
  const double step = portable_log(10.0) / options.rates_per_decade;
  const double span = portable_log(options.highest_rate / options.lowest_rate);
  for (int i = 0; i * step < span * (1 - 1e-12); ++i) {
    grid.push_back(i == 0 ? options.lowest_rate
                          : rounded(options.lowest_rate * portable_exp(i * step)));
  }
  grid.push_back(options.highest_rate);
  return grid;
}

double rate_on_grid(double rate, const std::vector<double>& grid) {
  const auto above = std::lower_bound(grid.begin(), grid.end(), rate * (1 - kRounding));
  return above != grid.end() && *above <= rate * (1 + kRounding) ? *above : rate;
}

}  // namespace minerva::faultsim
