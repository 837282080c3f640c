#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/summary_report.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

CsvCell optional_cell(const std::optional<double>& value) {
  return value ? CsvCell(*value) : CsvCell("");
}

std::string stages_csv(const RunSummary& summary) {
  const bool intervals = has_power_intervals(summary);
  std::vector<std::string> names = {"stage",
                                    "validation_wrong",
                                    "validation_error_percent",
                                    "test_wrong",
                                    "test_error_percent",
                                    "validation_wrong_low",
                                    "validation_wrong_high",
                                    "test_wrong_low",
                                    "test_wrong_high",
                                    "bound_validation_wrong",
                                    "bound_test_wrong",
                                    "bound_test_wrong_by_test_sigma",
                                    "chips",
                                    "chips_within_validation",
                                    "chips_within_test",
                                    "chips_within_both",
                                    "spent_samples",
                                    "spent_sigmas",
                                    "spent_test_samples",
                                    "spent_test_sigmas",
                                    "power_mw",
                                    "energy_per_prediction_nj",
                                    "predictions_per_s",
                                    "area_mm2",
                                    "factor_before",
                                    "factor_baseline",
                                    "book_factor"};
  // A technology whose rows have no residuals gives none.
  if (intervals) {
    names.insert(names.end(), {"power_low_mw", "power_high_mw", "power_decided_by",
                               "factor_before_low", "factor_before_high"});
  }
  Csv csv(names);
  const auto end_of = [](const std::optional<WrongInterval>& interval, double WrongInterval::*end) {
    return interval ? CsvCell((*interval).*end) : CsvCell("");
  };
  const auto chips_of = [](const StageRow& row, int ChipShare::*count) {
    return row.chips ? CsvCell((*row.chips).*count) : CsvCell("");
  };
  for (const StageRow& s : summary.stages) {
    std::vector<CsvCell> cells = {s.name,
                                  s.validation_wrong,
                                  s.validation_error_percent,
                                  s.test_wrong,
                                  s.test_error_percent,
                                  end_of(s.validation_interval, &WrongInterval::low),
                                  end_of(s.validation_interval, &WrongInterval::high),
                                  end_of(s.test_interval, &WrongInterval::low),
                                  end_of(s.test_interval, &WrongInterval::high),
                                  optional_cell(s.bound_validation_wrong),
                                  optional_cell(s.bound_test_wrong),
                                  optional_cell(s.bound_test_wrong_by_test_sigma),
                                  chips_of(s, &ChipShare::maps),
                                  chips_of(s, &ChipShare::validation),
                                  chips_of(s, &ChipShare::test),
                                  chips_of(s, &ChipShare::both),
                                  s.spent_samples,
                                  s.spent_sigmas,
                                  s.spent_test_samples,
                                  s.spent_test_sigmas,
                                  s.power_mw,
                                  s.energy_per_prediction_nj,
                                  s.predictions_per_s,
                                  s.area_mm2,
                                  optional_cell(s.factor_before),
                                  optional_cell(s.factor_baseline),
                                  optional_cell(s.book_factor)};
    if (intervals) {
      const auto& power = s.power_interval;
      const auto& factor = s.factor_before_interval;
      cells.push_back(power ? CsvCell(power->low_mw) : CsvCell(""));
      cells.push_back(power ? CsvCell(power->high_mw) : CsvCell(""));
      cells.push_back(power ? CsvCell(power->deciding_row) : CsvCell(""));
      cells.push_back(factor ? CsvCell(factor->low) : CsvCell(""));
      cells.push_back(factor ? CsvCell(factor->high) : CsvCell(""));
    }
    csv.add(cells);
  }
  return csv.text();
}

std::string power_csv(const RunSummary& summary) {
  Csv csv({"stage", "part", "dynamic_mw", "leakage_mw"});
  for (const StageRow& s : summary.stages) {
    for (const PowerPart& p : s.power) csv.add({s.name, p.name, p.dynamic_mw, p.leakage_mw});
  }
  return csv.text();
}

std::string variants_csv(const RunSummary& summary) {
  Csv csv({"variant", "detail", "power_mw", "energy_per_prediction_nj", "predictions_per_s",
           "area_mm2", "power_over_last_stage", "book_power_over_last_stage"});
  for (const VariantRow& row : summary.variants) {
    csv.add({row.name, row.detail, row.power_mw, row.energy_per_prediction_nj,
             row.predictions_per_s, row.area_mm2, row.over_last_stage,
             optional_cell(row.book_over_last_stage)});
  }
  return csv.text();
}

bool has_layers(const RunSummary& summary) {
  return std::any_of(summary.stages.begin(), summary.stages.end(),
                     [](const StageRow& row) { return !row.layers.empty(); });
}

/// A line a stage and layer. All layers of a summary have the same events and parts.
std::string layers_csv(const RunSummary& summary) {
  std::vector<std::string> names = {"stage", "layer", "text", "formats", "threshold"};
  // Machines have columns for their causes of cycles alone.
  const auto some = [&](int MachineDescription::*words) {
    return std::any_of(summary.stages.begin(), summary.stages.end(), [&](const StageRow& row) {
      return row.machine && (*row.machine).*words > 0;
    });
  };
  const std::vector<CycleName> causes = cycle_names_of(some(&MachineDescription::off_chip_words),
                                                       some(&MachineDescription::read_ahead_words));
  for (const CycleName& cause : causes) names.emplace_back(cause.name);
  names.emplace_back("cycles");
  const auto first = std::find_if(summary.stages.begin(), summary.stages.end(),
                                  [](const StageRow& row) { return !row.layers.empty(); });
  for (const NamedNumber& event : first->layers.front().events) names.push_back(event.name);
  for (const char* name : {"time_us", "dynamic_nj", "leakage_nj", "energy_nj"}) {
    names.push_back(name);
  }
  for (const NamedNumber& part : first->layers.front().parts_nj) {
    std::string name = part.name + "_nj";
    std::replace(name.begin(), name.end(), ' ', '_');
    names.push_back(name);
  }
  Csv csv(names);
  for (const StageRow& row : summary.stages) {
    int number = 0;
    for (const LayerEstimate& layer : row.layers) {
      const LayerCycles& cycles = layer.cycles;
      std::vector<CsvCell> cells = {row.name, ++number, layer.name, layer.formats, layer.threshold};
      for (const CycleName& cause : causes) cells.push_back(cycles.*cause.member);
      cells.push_back(cycles.total());
      for (const NamedNumber& event : layer.events) cells.push_back(event.value);
      for (const double value :
           {layer.time_us, layer.dynamic_nj, layer.leakage_nj, layer.energy_nj()}) {
        cells.push_back(value);
      }
      for (const NamedNumber& part : layer.parts_nj) cells.push_back(part.value);
      csv.add(cells);
    }
  }
  return csv.text();
}

}  // namespace

std::vector<NamedFile> csv_files(const RunSummary& summary,
                                 const std::vector<StageReport>& reports) {
  std::vector<NamedFile> files = {{"stages.csv", stages_csv(summary)},
                                  {"power.csv", power_csv(summary)}};
  for (const StageReport& report : reports) {
    std::vector<NamedFile> own = report.csv_files(summary, summary.section(report.stage));
    expects(own.size() == report.csv_names.size(), "a stage makes the CSV files that it names");
    for (std::size_t i = 0; i < own.size(); ++i) {
      expects(own[i].name == report.csv_names[i], "a stage makes the CSV files that it names");
      files.push_back(std::move(own[i]));
    }
  }
  files.push_back({"variants.csv", variants_csv(summary)});
  // A design space alone has no stages, and a file of this name of its own.
  if (has_layers(summary)) files.push_back({"layers.csv", layers_csv(summary)});
  return files;
}

}  // namespace minerva
