#include "sweep_table.hpp"

#include "json_output.hpp"
#include "minerva/comparison/run_quantities.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::flow {
namespace {

const StageRow* last_stage(const SweptRun& run) {
  return run.summary && !run.summary->stages.empty() ? &run.summary->stages.back() : nullptr;
}

std::optional<double> value_of(const RunQuantity& quantity, const SweptRun& run) {
  return run.summary ? quantity.value(*run.summary) : std::nullopt;
}

}  // namespace

std::string sweep_text(const std::vector<SweptRun>& runs) {
  std::vector<std::string> headings = {"run", "state"};
  for (const RunQuantity& quantity : run_quantities()) {
    if (*quantity.heading != 0) headings.emplace_back(quantity.heading);
  }
  TextTable table(headings);
  std::string reasons;
  for (const SweptRun& run : runs) {
    std::vector<std::string> cells = {run.combination.name, to_string(run.state)};
    for (const RunQuantity& quantity : run_quantities()) {
      if (*quantity.heading == 0) continue;
      const auto value = value_of(quantity, run);
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
  for (const RunQuantity& quantity : run_quantities()) names.emplace_back(quantity.column);
  names.emplace_back("message");
  Csv csv(names);
  for (const SweptRun& run : runs) {
    std::vector<CsvCell> cells = {run.combination.name};
    for (const auto& [key, value] : run.combination.values) cells.emplace_back(value);
    const StageRow* stage = last_stage(run);
    cells.emplace_back(to_string(run.state));
    cells.emplace_back(stage != nullptr ? stage->name : "");
    for (const RunQuantity& quantity : run_quantities()) {
      const auto value = value_of(quantity, run);
      cells.push_back(value ? CsvCell(*value) : CsvCell(""));
    }
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
      for (const RunQuantity& quantity : run_quantities()) {
        const auto value = value_of(quantity, run);
        row[quantity.column] = value ? Json(*value) : Json();
      }
    }
    all.push_back(std::move(row));
  }
  print_document({{"schema", "minerva-sweep-1"}, {"runs", all}});
}

}  // namespace minerva::flow
