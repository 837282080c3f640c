#include "criterion_study.hpp"

#include <cstdio>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/text.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::faultsim {

using flow::RunContext;

namespace {

/// Power of the last stage before this one that has a row; nothing where it is not known.
std::optional<double> power_before(const RunContext& run) {
  std::optional<double> power_mw;
  for (const flow::StageDefinition& stage : run.config().stages()) {
    if (stage.id == kFaultsStage) break;
    const StageRecord* record = run.record(stage.id);
    if (record == nullptr || record->part.rows.empty()) continue;
    const double mw = record->part.rows.back().power_mw;
    if (mw > 0) power_mw = mw;
  }
  return power_mw;
}

CriterionRow of_table(const FaultTable& table, const FaultStage& stage, RunContext& run,
                      const QuantizedGraph& pruned, const StudiedMitigation& chosen,
                      const DesignPoint& point, std::int64_t bound) {
  FaultOptions options = stage.faults;
  options.criterion = table.criterion;
  FaultMapCounts counts(
      pruned, stage.mitigation, run.tuned().evaluator, options,
      [](const std::string& what) { log_debug(what); }, run.threads());
  const Technology& technology = run.technology();
  const SramPoint supply = lowest_supply(
      table.rates, technology.sram_nominal_v, chosen.row.at_mean.rate, [&](double rate) {
        return counts.measure_against(rate, bound).wrong_mean <= static_cast<double>(bound);
      });
  QuantizedGraph masked = pruned;
  masked.mitigation = stage.mitigation;
  const ActivityProfile activity =
      measure_activity(masked, run.test().evaluator, supply.fault_rate, options.maps, options,
                       counting_for(masked.graph, point), run.threads());
  CriterionRow row;
  row.supply = supply_of(chosen.machine, activity, supply, technology);
  row.tuning = curve_point(counts.confirm(supply.fault_rate, options.confirming_maps));
  return row;
}

void log_row(const CriterionRow& row) {
  char text[200];
  std::snprintf(text, sizeof text, "%s: %.2f V at a fault rate of %.3g, %.4g mW", row.table.c_str(),
                row.supply.voltage_v, row.supply.fault_rate, row.supply.power_mw);
  log_info(
      std::string(text) +
      (row.factor ? ", " + fixed_text(*row.factor, 2) + " times less than the stage before" : "") +
      " (" + row.conditions + ")");
}

}  // namespace

std::optional<std::vector<CriterionRow>> study_criteria(const FaultStage& stage, RunContext& run,
                                                        const QuantizedGraph& pruned,
                                                        const StudiedMitigation& chosen,
                                                        const DesignPoint& point,
                                                        std::int64_t bound) {
  const Technology& technology = run.technology();
  const std::vector<FaultTable> tables = fault_tables(technology);
  if (tables.size() < 2) return std::nullopt;
  const std::optional<double> before_mw = power_before(run);
  std::vector<CriterionRow> rows;
  for (const FaultTable& table : tables) {
    if (!answers_at_clock(table, point.clock_period_ns)) {
      log_info(table.name + ": left out, its reads have the time of a clock period of " +
               number_text(*table.clock_period_ns) + " ns, and the machine has " +
               number_text(point.clock_period_ns) + " ns");
      continue;
    }
    CriterionRow row;
    if (table.name == kFaultTable) {
      row.supply = chosen.row.supply_at_mean;
      row.tuning = chosen.row.tuning_supply;
    } else {
      row = of_table(table, stage, run, pruned, chosen, point, bound);
    }
    row.table = table.name;
    row.conditions = table.conditions;
    if (before_mw && row.supply.power_mw > 0) row.factor = *before_mw / row.supply.power_mw;
    log_row(row);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string fault_criteria_csv(const std::vector<CriterionRow>& rows) {
  Csv csv({"table", "voltage_v", "fault_rate_per_bit", "weight_sram_mw", "power_mw",
           "factor_before", "tuning_wrong_mean", "tuning_wrong_low", "tuning_wrong_high",
           "conditions"});
  for (const CriterionRow& row : rows) {
    std::vector<CsvCell> cells = {row.table, row.supply.voltage_v, row.supply.fault_rate,
                                  row.supply.weight_sram_mw, row.supply.power_mw};
    cells.push_back(row.factor ? CsvCell(*row.factor) : CsvCell(""));
    if (row.tuning) {
      cells.insert(cells.end(),
                   {row.tuning->wrong_mean, row.tuning->mean_low, row.tuning->mean_high});
    } else {
      cells.insert(cells.end(), {"", "", ""});
    }
    cells.emplace_back(row.conditions);
    csv.add(cells);
  }
  return csv.text();
}

}  // namespace minerva::faultsim
