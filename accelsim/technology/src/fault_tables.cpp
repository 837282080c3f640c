#include "minerva/accelsim/fault_tables.hpp"

#include <algorithm>

#include "minerva/accelsim/fault_criterion.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

/// Two clock periods nearer than this are one, relative to the period.
constexpr double kSamePeriod = 1e-9;

}  // namespace

std::string fault_table_name(FaultCriterion criterion) {
  return std::string(kFaultTable) + "_" + to_string(criterion);
}

bool is_fault_table(const std::string& name) {
  if (name.rfind(kFaultTable, 0) != 0) return false;
  const auto names = enum_names(FaultCriterion{});
  return name == kFaultTable || std::any_of(names.begin(), names.end(), [&](const auto& each) {
           return name == fault_table_name(each.value);
         });
}

std::vector<FaultTable> fault_tables(const Technology& technology) {
  std::vector<FaultTable> tables(1);
  tables.front().name = kFaultTable;
  std::optional<double> clock_period_ns;
  for (const FigureRow& row : technology.rows) {
    if (row.name == kFaultClock) clock_period_ns = row.value;
    if (!is_fault_table(row.name)) continue;
    auto table = std::find_if(tables.begin(), tables.end(),
                              [&](const FaultTable& each) { return each.name == row.name; });
    if (table == tables.end()) table = tables.insert(tables.end(), {row.name, {}, "", {}, {}});
    if (table->conditions.empty()) {
      table->conditions = row.conditions;
      table->criterion = criterion_of(row.conditions);
    }
    table->rates.push_back({row.index.front(), row.value});
  }
  for (FaultTable& table : tables) {
    std::sort(
        table.rates.begin(), table.rates.end(),
        [](const FaultRateRow& a, const FaultRateRow& b) { return a.voltage_v > b.voltage_v; });
    if (table.criterion && counts_access_time(*table.criterion)) {
      table.clock_period_ns = clock_period_ns;
    }
  }
  return tables;
}

SramPoint lowest_voltage(const std::vector<FaultRateRow>& rates, double tolerated_rate) {
  const FaultRateRow* lowest = &rates.front();
  for (const FaultRateRow& row : rates) {
    if (row.rate <= tolerated_rate) lowest = &row;
  }
  return {lowest->voltage_v, lowest->rate};
}

bool answers_at_clock(const FaultTable& table, double clock_period_ns) {
  return !table.clock_period_ns || clock_period_ns >= *table.clock_period_ns * (1 - kSamePeriod);
}

void check_fault_clock(const FaultTable& table, double clock_period_ns,
                       const std::string& technology, const std::string& key) {
  if (answers_at_clock(table, clock_period_ns)) return;
  throw UserError(key, number_text(clock_period_ns),
                  "needs " + number_text(*table.clock_period_ns) + " ns or more for the rows " +
                      table.name + " of technology " + technology +
                      ", which count a bit as faulty that is read too slowly for that clock "
                      "(fault_clock_period); minerva sram makes rows for this one");
}

}  // namespace minerva
