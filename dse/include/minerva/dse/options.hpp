#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/range.hpp"

namespace minerva::dse {

/// The values of each knob. The space is every combination of them; the legal ones obey the rules
/// below. The defaults give 6,750 combinations; 1,260 of them are legal with 16 bits and public40.
struct Space {
  std::vector<int> lanes = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  std::vector<int> macs_per_lane = {1, 2, 4, 8, 16};
  std::vector<int> weight_bandwidths = {1, 2, 4, 8, 16};      ///< words/cycle of a lane
  std::vector<int> activation_bandwidths = {1, 2, 4, 8, 16};  ///< words/cycle of all lanes
  std::vector<int> write_ports = {0};        ///< words/cycle; 0: the activation bandwidth
  std::vector<int> weight_banks = {0};       ///< of a lane; 0: the weight bandwidth
  std::vector<int> activation_banks = {0};   ///< of a half; 0: what reads and writes need
  std::vector<int> multiplier_stages = {0};  ///< 0: what the technology asks for
  std::vector<int> positions_per_weight = {1};
  std::vector<int> off_chip_words = {0};    ///< words/cycle; 0: weights are on chip
  std::vector<int> read_ahead_words = {0};  ///< of the queue of kept inputs; 0: there is none
  std::vector<int> batch_sizes = {1};       ///< predictions that run together
  std::vector<double> clock_periods_ns = {1, 2, 3, 4, 5, 6};
};

/// exhaustive: every combination (explore). nsga2 and random spend a number of evaluations.
enum class SearchMethod { exhaustive, nsga2, random };
constexpr EnumNames<SearchMethod, 3> enum_names(SearchMethod) {
  return {{{SearchMethod::exhaustive, "exhaustive"},
           {SearchMethod::nsga2, "nsga2"},
           {SearchMethod::random, "random"}}};
}

struct SearchOptions {
  SearchMethod method = SearchMethod::exhaustive;
  std::int64_t evaluations = 2000;  ///< machines whose figures are computed; each one once
  int population = 64;              ///< of nsga2
  std::uint64_t seed = 1;
};
/// What each option may be. The keys of section [dse] and the checks of this library take it here;
/// the values of the knobs have the ranges of the design point.
namespace ranges {
inline constexpr Range<std::int64_t> kEvaluations{1, 1000000000};
inline constexpr Range<int> kPopulation{4, 10000};
inline constexpr Range<double> kPowerBudgetMw{0, 1e6, true};
inline constexpr Range<double> kExpectedSaving{1, 1000};
inline constexpr Range<double> kAreaFactor{1, 1000};
}  // namespace ranges

/// Throws UserError naming a key of section [dse].
void check_search_options(const SearchOptions& options);

/// The choice of book Sec. 4.3.2 and Fig. 4.4c: a point above the power budget, since the stages
/// that follow bring it down, before the area that over-partitioned memories cost climbs: the
/// fastest frontier point within power_budget_mw x expected_saving and within area_factor x the
/// smallest area on the frontier. Time, power and area are read off the points whatever the
/// objectives of the frontier are; of equally fast points the one of least power is taken, then the
/// one of the lowest combination.
struct BaselineRule {
  double power_budget_mw = 10;   ///< assumption: "10s of mW" (book, Sec. 4.5) at their low end
  double expected_saving = 8.1;  ///< mean of the five data sets of the book, Sec. 4.5
  double area_factor = 1.05;     ///< assumption: the end of the flat part of the area curve
};

enum class Objective { power_mw, time_us, energy_nj, area_mm2, edp_nj_us };
constexpr EnumNames<Objective, 5> enum_names(Objective) {
  return {{{Objective::power_mw, "power_mw"},
           {Objective::time_us, "time_us"},
           {Objective::energy_nj, "energy_nj"},
           {Objective::area_mm2, "area_mm2"},
           {Objective::edp_nj_us, "edp_nj_us"}}};
}

struct ExploredPoint;
/// Something of a point that a constraint may name: every knob, as built, and every figure.
struct PointQuantity {
  const char* name;
  double (*value)(const ExploredPoint& point);
};

enum class Relation { less, at_most, equal, at_least, greater };
/// "<", "<=", "==", ">=", ">".
constexpr EnumNames<Relation, 5> enum_names(Relation) {
  return {{{Relation::less, "<"},
           {Relation::at_most, "<="},
           {Relation::equal, "=="},
           {Relation::at_least, ">="},
           {Relation::greater, ">"}}};
}

using minerva::to_string;

/// "area_mm2 <= 3".
struct Constraint {
  PointQuantity quantity;
  Relation relation = Relation::at_most;
  double limit = 0;
};
std::string to_string(const Constraint& constraint);

}  // namespace minerva::dse
