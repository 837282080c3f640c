#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/base/range.hpp"
#include "minerva/design/fault_criterion.hpp"

namespace minerva::faultsim {

/// How stage 5 draws and judges fault maps. Keys of section [faults].
struct FaultOptions {
  std::uint64_t seed = 1;
  /// Maps are of cells that fail by this criterion; nothing: of cells that fail whatever they
  /// store. No key: the technology's fault table says it.
  std::optional<FaultCriterion> criterion;
  /// Fault maps that are added at a time, and so the fewest of any rate; at least 2.
  int maps = 10;
  /// Most maps of a rate, and the maps of the yield.
  int maps_max = 40;
  double confidence = 0.95;  ///< of every interval, in (0, 1)
  /// No maps are added once the interval of the mean is within this of it, samples.
  double half_width = 1;
  /// Share of chips, in (0, 1), that must stay within the bound in the second tolerable rate: a
  /// chip has one fault map. 36 maps are the fewest that bound nine tenths from below at 95 %.
  double yield_quantile = 0.9;
  double lowest_rate = 1e-6;  ///< search grid, per bit
  double highest_rate = 0.5;
  int rates_per_decade = 12;
  /// Rates that are measured for every mitigation, beside those the search visits.
  std::vector<double> report_rates = {1e-4, 1e-3, 1e-2, 4.4e-2};

  /// Maps that choose nothing and confirm the chosen supply; at least 2.
  int confirming_maps = 100;

  /// Times that a rate may be looked at while maps are added.
  int looks() const { return (maps_max + maps - 1) / maps; }
  /// Confidence of the interval of one look, so that all looks together have `confidence`
  /// (Bonferroni).
  double look_confidence() const { return 1 - (1 - confidence) / looks(); }
};

/// What each option may be. The keys of section [faults] and check_options() take it here.
namespace ranges {
inline constexpr Range<int> kMaps{2, 1000000};
inline constexpr Range<double> kProbability{0, 1, true, true};  ///< confidence and yield_quantile
inline constexpr Range<double> kHalfWidth{0, 1e9};
inline constexpr Range<double> kRate{0, kMaxFaultRate};
inline constexpr Range<double> kSearchedRate{1e-9, kMaxFaultRate};
inline constexpr Range<int> kRatesPerDecade{1, 1000};
}  // namespace ranges

/// Throws UserError naming the key in section [faults].
void check_options(const FaultOptions& options);

/// Rates from the lowest to the highest, `rates_per_decade` of each decade, in twelve digits; the
/// last step is cut at the highest rate.
std::vector<double> rate_grid(const FaultOptions& options);

/// The rate of the grid that differs from `rate` by rounding alone, or `rate`: one rate is measured
/// once, however it was computed.
double rate_on_grid(double rate, const std::vector<double>& grid);

}  // namespace minerva::faultsim
