#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "minerva/design/fault_criterion.hpp"

namespace minerva {

/// Fault rates against the supply voltage by one criterion: the rows NAME[V] of a technology.
struct FaultTable {
  std::string name;                         ///< "fault_rate", "fault_rate_static_noise"
  std::optional<FaultCriterion> criterion;  ///< nothing: the conditions begin with the name of none
  std::string conditions;                   ///< of its rows
  std::vector<FaultRateRow> rates;          ///< by falling voltage; the first is the nominal
  /// Machines with a shorter clock period cannot use the table; nothing: it does not depend on it.
  std::optional<double> clock_period_ns;
};

/// Name of the table by which the flow lowers the supply.
inline constexpr const char* kFaultTable = "fault_rate";
/// Name of the row with the clock period of the tables that count access time.
inline constexpr const char* kFaultClock = "fault_clock_period";
/// Name of the table of a criterion beside it.
std::string fault_table_name(FaultCriterion criterion);
/// Whether rows of this name are of a fault table.
bool is_fault_table(const std::string& name);

/// The tables of a technology, the flow's first. `Technology::fault_rates` are the rates of that
/// one.
std::vector<FaultTable> fault_tables(const Technology& technology);
/// The lowest row whose rate is at most `tolerated_rate`; no interpolation. When not even the
/// nominal row is tolerated the result is the nominal row.
SramPoint lowest_voltage(const std::vector<FaultRateRow>& rates, double tolerated_rate);
/// Whether machines of this clock period can use the table.
bool answers_at_clock(const FaultTable& table, double clock_period_ns);
/// Throws UserError naming `key` when a table that counts access time was made for machines whose
/// clock period is longer than this one.
void check_fault_clock(const FaultTable& table, double clock_period_ns,
                       const std::string& technology,
                       const std::string& key = "design.clock_period_ns");

}  // namespace minerva
