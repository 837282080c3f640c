#include "minerva/faultsim/options.hpp"

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

std::vector<double> rate_grid(const FaultOptions& options) {
  std::vector<double> grid;
  const double step = portable_log(10.0) / options.rates_per_decade;
  const double span = portable_log(options.highest_rate / options.lowest_rate);
  for (int i = 0; i * step < span * (1 - 1e-12); ++i) {
    grid.push_back(options.lowest_rate * portable_exp(i * step));
  }
  grid.push_back(options.highest_rate);
  return grid;
}

}  // namespace minerva::faultsim
