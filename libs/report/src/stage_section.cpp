#include <algorithm>

#include "minerva/report/text_table.hpp"
#include "sections.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

double leakage_mw(const std::vector<PowerPart>& power) {
  double sum_mw = 0;
  for (const PowerPart& part : power) sum_mw += part.leakage_mw;
  return sum_mw;
}

/// One row a stage: all that the later sections explain.
std::string stage_table(const RunSummary& s) {
  const std::vector<std::string> parts = power_part_names(s);
  std::vector<HtmlTable::Column> columns = {{"stage", kText},
                                            {"validation error, %"},
                                            {"test error, %"},
                                            {"spent, sigma"},
                                            {"power, mW"},
                                            {"stage before / this"},
                                            {"the book's factor"},
                                            {"first row / this"},
                                            {"energy a prediction, nJ"},
                                            {"predictions/s"},
                                            {"area, mm²"}};
  const bool intervals = has_power_intervals(s);
  if (intervals) {
    columns.push_back({"power by the rows' residuals, mW"});
    columns.push_back({"row that decides it", kText});
    columns.push_back({"stage before / this, likewise"});
  }
  for (const std::string& part : parts) columns.push_back({part + ", mW"});
  HtmlTable table(columns);
  for (const StageRow& row : s.stages) {
    const bool machine = row.power_mw > 0;  // a network alone has errors and nothing else
    const auto of_machine = [machine](const std::string& text) {
      return machine ? text : std::string();
    };
    std::vector<std::string> cells = {row.name,
                                      fixed_text(row.validation_error_percent, 2),
                                      fixed_text(row.test_error_percent, 2),
                                      of_machine(fixed_text(row.spent_sigmas, 2)),
                                      of_machine(readable_number(row.power_mw)),
                                      factor_text(row.factor_before),
                                      book_factor_text(row.book_factor),
                                      factor_text(row.factor_baseline),
                                      of_machine(readable_number(row.energy_per_prediction_nj)),
                                      of_machine(readable_number(row.predictions_per_s, 1)),
                                      of_machine(readable_number(row.area_mm2))};
    if (intervals) {
      cells.push_back(power_interval_text(row));
      cells.push_back(row.power_interval
                          ? row.power_interval->deciding_row + ", " +
                                readable_number(row.power_interval->deciding_percent, 1) + " %"
                          : "");
      cells.push_back(factor_interval_text(row));
    }
    for (const std::string& part : parts) {
      cells.push_back(of_machine(readable_number(part_power_mw(row, part))));
    }
    table.add(cells);
  }
  return table.html("Stages: error, power by part, energy, area, factors");
}

std::string settled(const RunSummary& s) {
  HtmlTable table({{"stage", kText}, {"what it settled", kText}});
  for (const StageRow& row : s.stages) {
    if (!row.detail.empty()) table.add({row.name, row.detail});
  }
  return table.empty() ? "" : table.html("What each stage settled");
}

std::string error_table(const RunSummary& s) {
  HtmlTable table({{"stage", kText},
                   {"validation wrong"},
                   {"at most"},
                   {"error, %"},
                   {"spent, samples"},
                   {"spent, sigma"},
                   {"test wrong"},
                   {"at most"},
                   {"error, %"},
                   {"spent, samples"},
                   {"spent, sigma"}});
  const auto bound = [](const std::optional<double>& wrong) {
    return wrong ? wrong_text(*wrong) : std::string();
  };
  for (const StageRow& row : s.stages) {
    table.add({row.name, wrong_text(row.validation_wrong), bound(row.bound_validation_wrong),
               fixed_text(row.validation_error_percent, 2), wrong_text(row.spent_samples),
               fixed_text(row.spent_sigmas, 2), wrong_text(row.test_wrong),
               bound(row.bound_test_wrong), fixed_text(row.test_error_percent, 2),
               wrong_text(row.spent_test_samples), fixed_text(row.spent_test_sigmas, 2)});
  }
  return table.html("Error of each stage and what it spent");
}

std::string power_table(const RunSummary& s) {
  const std::vector<std::string> parts = power_part_names(s);
  std::vector<HtmlTable::Column> columns = {{"stage or variant", kText}};
  for (const std::string& part : parts) columns.push_back({part + ", mW"});
  columns.push_back({"of it leakage, mW"});
  columns.push_back({"total, mW"});
  HtmlTable table(columns);
  const auto add = [&](const auto& row) {
    if (row.power.empty()) return;  // a network without an accelerator
    std::vector<std::string> cells = {row.name};
    for (const std::string& name : parts) {
      double power_mw = 0;
      for (const PowerPart& part : row.power) {
        if (part.name == name) power_mw += part.dynamic_mw + part.leakage_mw;
      }
      cells.push_back(readable_number(power_mw));
    }
    cells.push_back(readable_number(leakage_mw(row.power)));
    cells.push_back(readable_number(row.power_mw));
    table.add(cells);
  };
  for (const StageRow& row : s.stages) add(row);
  for (const VariantRow& row : s.variants) add(row);
  return table.empty() ? "" : table.html("Power by part");
}

/// What the finished machine draws between predictions, and at fewer of them.
std::string idle_text(const RunSummary& s) {
  const StageRow& last = s.stages.back();
  const double idle_mw = leakage_mw(last.power);
  if (!(last.power_mw > 0)) return "";
  const double share = 100;  // of the predictions that it can make
  return paragraph(
      "Between predictions, with its clock stopped and its supplies kept, the finished "
      "machine leaks " +
          readable_number(idle_mw) + " mW. At one of " + readable_number(share, 0) +
          " predictions that it could make it draws " +
          readable_number(idle_mw + (last.power_mw - idle_mw) / share) + " mW on average.",
      "soft");
}

std::string variants_table(const RunSummary& s) {
  if (s.variants.empty()) return "";
  HtmlTable table({{"variant", kText},
                   {"what it is", kText},
                   {"power, mW"},
                   {"power / last stage"},
                   {"the book's mean"},
                   {"energy a prediction, nJ"},
                   {"predictions/s"},
                   {"area, mm²"}});
  for (const VariantRow& row : s.variants) {
    table.add({row.name, row.detail, readable_number(row.power_mw),
               factor_text(row.over_last_stage), book_factor_text(row.book_over_last_stage),
               readable_number(row.energy_per_prediction_nj),
               readable_number(row.predictions_per_s, 1), readable_number(row.area_mm2)});
  }
  return subheading("The finished machine with its weights kept otherwise") +
         table.html("The finished machine with its weights kept otherwise");
}

}  // namespace

PageSection stage_section(const RunSummary& s) {
  PageSection section("stages", "Stages", "The stages: error spent, power saved");
  if (s.stages.empty()) return section;
  return section.add(stage_table(s) + settled(s) +
                     folded("Error in samples, beside the bounds", error_table(s)));
}

PageSection power_section(const RunSummary& s) {
  PageSection section("power", "Power", "Power after each stage");
  if (s.stages.empty()) return section;
  return section.add(power_figures(s)).add(power_table(s) + idle_text(s) + variants_table(s));
}

}  // namespace minerva
