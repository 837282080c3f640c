#include "sweep_table.hpp"

#include <functional>

#include "json_output.hpp"
#include "minerva/comparison/comparison.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::flow {
namespace {

/// A figure of the last stage; empty where it has none.
struct Figure {
  const char* name;     ///< with its unit, of sweep.csv and JSON
  const char* heading;  ///< of the table; empty: not shown there
  std::optional<double> (*value)(const StageRow& row);
};

std::optional<double> positive(double value) {
  return value > 0 ? std::optional<double>(value) : std::nullopt;
}

template <typename Member>
std::optional<double> of_machine(const StageRow& row, Member member) {
  return row.machine ? std::optional<double>(static_cast<double>(std::invoke(member, *row.machine)))
                     : std::nullopt;
}

template <typename Member>
std::optional<double> of_weights(const StageRow& row, Member member) {
  if (!row.machine) return std::nullopt;
  for (const DescribedMemory& memory : row.machine->memories) {
    if (memory.name == "weights") return static_cast<double>(std::invoke(member, memory));
  }
  return std::nullopt;
}

constexpr Figure kFigures[] = {
    {"validation_wrong", "valid.\nwrong",
     [](const StageRow& r) { return std::optional<double>(r.validation_wrong); }},
    {"bound_validation_wrong", "bound", [](const StageRow& r) { return r.bound_validation_wrong; }},
    {"validation_error_percent", "",
     [](const StageRow& r) { return std::optional<double>(r.validation_error_percent); }},
    {"test_wrong", "test\nwrong",
     [](const StageRow& r) { return std::optional<double>(r.test_wrong); }},
    {"bound_test_wrong", "bound", [](const StageRow& r) { return r.bound_test_wrong; }},
    {"test_error_percent", "test\n%",
     [](const StageRow& r) { return std::optional<double>(r.test_error_percent); }},
    {"power_mw", "power\nmW", [](const StageRow& r) { return positive(r.power_mw); }},
    {"energy_per_prediction_nj", "energy\nnJ",
     [](const StageRow& r) { return positive(r.energy_per_prediction_nj); }},
    {"predictions_per_s", "", [](const StageRow& r) { return positive(r.predictions_per_s); }},
    {"area_mm2", "area\nmm2", [](const StageRow& r) { return positive(r.area_mm2); }},
    {"factor_before", "", [](const StageRow& r) { return r.factor_before; }},
    {"factor_baseline", "power\nbaseline/this",
     [](const StageRow& r) { return r.factor_baseline; }},
    {"spent_validation_sigmas", "",
     [](const StageRow& r) { return std::optional<double>(r.spent_sigmas); }},
    {"spent_test_sigmas", "",
     [](const StageRow& r) { return std::optional<double>(r.spent_test_sigmas); }},
    {"power_low_mw", "",
     [](const StageRow& r) {
       return r.power_interval ? std::optional<double>(r.power_interval->low_mw) : std::nullopt;
     }},
    {"power_high_mw", "",
     [](const StageRow& r) {
       return r.power_interval ? std::optional<double>(r.power_interval->high_mw) : std::nullopt;
     }},
    {"lanes", "", [](const StageRow& r) { return of_machine(r, &MachineDescription::lanes); }},
    {"macs_per_lane", "",
     [](const StageRow& r) { return of_machine(r, &MachineDescription::macs_per_lane); }},
    {"clock_period_ns", "",
     [](const StageRow& r) { return of_machine(r, &MachineDescription::clock_period_ns); }},
    {"weight_bits", "",
     [](const StageRow& r) { return of_machine(r, &MachineDescription::weight_bits); }},
    {"activation_bits", "",
     [](const StageRow& r) { return of_machine(r, &MachineDescription::activation_bits); }},
    {"product_bits", "",
     [](const StageRow& r) { return of_machine(r, &MachineDescription::product_bits); }},
    {"weight_memory_kib", "",
     [](const StageRow& r) { return of_weights(r, &DescribedMemory::kibibytes); }},
    {"weight_memory_voltage_v", "",
     [](const StageRow& r) { return of_weights(r, &DescribedMemory::voltage_v); }},
    {"fault_rate", "",
     [](const StageRow& r) { return of_machine(r, &MachineDescription::fault_rate); }},
};

/// Beside the figures of the last stage, since stage 4 measures it.
constexpr const char* kSkipped = "skipped_macs_percent";

const StageRow* last_stage(const SweptRun& run) {
  return run.summary && !run.summary->stages.empty() ? &run.summary->stages.back() : nullptr;
}

}  // namespace

std::string sweep_text(const std::vector<SweptRun>& runs) {
  std::vector<std::string> headings = {"run", "state"};
  for (const Figure& figure : kFigures) {
    if (*figure.heading != 0) headings.emplace_back(figure.heading);
  }
  TextTable table(headings);
  std::string reasons;
  for (const SweptRun& run : runs) {
    std::vector<std::string> cells = {run.combination.name, to_string(run.state)};
    const StageRow* stage = last_stage(run);
    for (const Figure& figure : kFigures) {
      if (*figure.heading == 0) continue;
      const auto value = stage != nullptr ? figure.value(*stage) : std::nullopt;
      cells.push_back(value ? readable_number(*value) : "");
    }
    table.add(cells);
    if (!run.message.empty()) reasons += run.combination.name + ": " + run.message + "\n";
  }
  return table.text() + reasons;
}

std::string sweep_csv(const std::vector<SweptRun>& runs) {
  std::vector<std::string> names = {"run"};
  if (!runs.empty()) {
    for (const auto& [key, value] : runs.front().combination.values) names.push_back(key);
  }
  names.insert(names.end(), {"state", "last_stage"});
  for (const Figure& figure : kFigures) names.emplace_back(figure.name);
  names.emplace_back(kSkipped);
  names.emplace_back("message");
  Csv csv(names);
  for (const SweptRun& run : runs) {
    std::vector<CsvCell> cells = {run.combination.name};
    for (const auto& [key, value] : run.combination.values) cells.emplace_back(value);
    const StageRow* stage = last_stage(run);
    cells.emplace_back(to_string(run.state));
    cells.emplace_back(stage != nullptr ? stage->name : "");
    for (const Figure& figure : kFigures) {
      const auto value = stage != nullptr ? figure.value(*stage) : std::nullopt;
      cells.push_back(value ? CsvCell(*value) : CsvCell(""));
    }
    const auto skipped = run.summary ? skipped_macs_percent(*run.summary) : std::nullopt;
    cells.push_back(skipped ? CsvCell(*skipped) : CsvCell(""));
    cells.emplace_back(run.message);
    csv.add(cells);
  }
  return csv.text();
}

void print_sweep_json(const std::vector<SweptRun>& runs) {
  Json all = Json::array();
  for (const SweptRun& run : runs) {
    Json values = Json::object();
    for (const auto& [key, value] : run.combination.values) values[key] = value;
    Json row = {{"run", run.combination.name},
                {"folder", run.folder},
                {"values", values},
                {"state", to_string(run.state)}};
    if (!run.message.empty()) row["message"] = run.message;
    if (const StageRow* stage = last_stage(run)) {
      row["last_stage"] = stage->name;
      for (const Figure& figure : kFigures) {
        const auto value = figure.value(*stage);
        row[figure.name] = value ? Json(*value) : Json();
      }
      const auto skipped = skipped_macs_percent(*run.summary);
      row[kSkipped] = skipped ? Json(*skipped) : Json();
    }
    all.push_back(std::move(row));
  }
  print_document({{"schema", "minerva-sweep-1"}, {"runs", all}});
}

}  // namespace minerva::flow
