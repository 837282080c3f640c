#include "minerva/faultsim/fault_options.hpp"

#include <cstdio>
#include <string>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/faultsim/fault_map.hpp"

namespace minerva::faultsim {
namespace {

void in_range(const char* key, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw UserError(key, number_text(value),
                  "needs " + number_text(low) + " to " + number_text(high));
}

void between_0_and_1(const char* key, double value) {
  if (value > 0 && value < 1) return;
  throw UserError(key, number_text(value), "needs a number above 0 and below 1");
}

}  // namespace

void check_options(const FaultOptions& options) {
  in_range("faults.maps", options.maps, 2, 1e6);
  if (options.maps_max < options.maps || options.maps_max > 1000000) {
    throw UserError("faults.maps_max", std::to_string(options.maps_max),
                    "needs faults.maps (" + std::to_string(options.maps) + ") to 1000000");
  }
  between_0_and_1("faults.confidence", options.confidence);
  between_0_and_1("faults.yield_quantile", options.yield_quantile);
  in_range("faults.half_width", options.half_width, 0, 1e9);
  in_range("faults.lowest_rate", options.lowest_rate, 1e-9, kMaxFaultRate);
  in_range("faults.highest_rate", options.highest_rate, options.lowest_rate, kMaxFaultRate);
  in_range("faults.rates_per_decade", options.rates_per_decade, 1, 1000);
  for (const double rate : options.report_rates) {
    in_range("faults.report_rates", rate, 0, kMaxFaultRate);
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
