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

/// One row a stage, no wider than a page: error, power with its interval, factor, area.
std::string stage_table(const RunSummary& s) {
  HtmlTable table({{"stage", kText},
                   {"error, % validation / test"},
                   {"power, mW"},
                   {"saved since the stage before / the first"},
                   {"area, mm²"}});
  for (const StageRow& row : s.stages) {
    const bool machine = row.power_mw > 0;  // a network alone has errors and nothing else
    table.add({row.name,
               fixed_text(row.validation_error_percent, 2) + " / " +
                   fixed_text(row.test_error_percent, 2),
               machine ? readable_number(row.power_mw) +
                             (row.power_interval ? " (" + power_interval_text(row) + ")" : "")
                       : "",
               row.factor_before && row.factor_baseline
                   ? factor_text(row.factor_before) + " / " + factor_text(row.factor_baseline)
                   : "",
               machine ? readable_number(row.area_mm2) : ""},
              &row == &s.stages.back());
  }
  return table.html("Stages: error, power, factors, area");
}

/// What each stage settled, what it spent of the budget, and what it saved.
std::string bought(const RunSummary& s) {
  HtmlTable table(
      {{"stage", kText}, {"what it settled", kText}, {"spent, samples"}, {"saved, mW"}});
  const StageRow* before = nullptr;
  for (const StageRow& row : s.stages) {
    const bool saved = before != nullptr && before->power_mw > 0;
    if (!row.detail.empty() || saved) {
      table.add(
          {row.name, row.detail,
           before != nullptr ? wrong_text(row.validation_wrong - before->validation_wrong) : "",
           saved ? readable_number(before->power_mw - row.power_mw) : ""});
    }
    before = &row;
  }
  if (table.empty()) return "";
  return subheading("What each stage bought") + table.html("What each stage bought");
}

/// Energy, speed and factors of each stage beside the book's.
std::string energy_table(const RunSummary& s) {
  HtmlTable table({{"stage", kText},
                   {"energy a prediction, nJ"},
                   {"predictions/s"},
                   {"spent, sigma"},
                   {"stage before / this"},
                   {"the book's factor"}});
  for (const StageRow& row : s.stages) {
    if (!(row.power_mw > 0)) continue;
    table.add({row.name, readable_number(row.energy_per_prediction_nj),
               readable_number(row.predictions_per_s, 1), fixed_text(row.spent_sigmas, 2),
               factor_text(row.factor_before), book_factor_text(row.book_factor)});
  }
  return table.empty() ? "" : table.html("Energy, speed and factors of each stage");
}

/// How far the residuals of the technology's rows, and in stage 5 the sampling of fault maps, move
/// the powers, and which of them does it.
std::string interval_table(const RunSummary& s) {
  if (!has_power_intervals(s)) return "";
  HtmlTable table({{"stage", kText},
                   {"power, mW"},
                   {"stage before / this, likewise"},
                   {"what decides it", kText}});
  for (const StageRow& row : s.stages) {
    if (!row.power_interval) continue;
    table.add({row.name, power_interval_text(row), factor_interval_text(row),
               row.power_interval->deciding_row + ", " +
                   readable_number(row.power_interval->deciding_percent, 1) + " %"});
  }
  return folded(
      "How sure the powers are",
      table.html(
          "Powers by the residuals of the technology's rows and the sampling of fault maps"));
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

/// A part of the power: of one name, or of all.
PowerPart part_of(const std::vector<PowerPart>& power, const std::string* name) {
  PowerPart sum;
  for (const PowerPart& part : power) {
    if (name != nullptr && part.name != *name) continue;
    sum.dynamic_mw += part.dynamic_mw;
    sum.leakage_mw += part.leakage_mw;
  }
  return sum;
}

/// A row a part and a column a stage or variant, so that stages stand side by side.
std::string power_table(const RunSummary& s) {
  std::vector<HtmlTable::Column> columns = {{"part, mW", kText}};
  std::vector<const std::vector<PowerPart>*> machines;
  const auto hold = [&](const auto& row) {
    if (row.power.empty()) return;  // a network without an accelerator
    columns.push_back({row.name});
    machines.push_back(&row.power);
  };
  for (const StageRow& row : s.stages) hold(row);
  for (const VariantRow& row : s.variants) hold(row);
  if (machines.empty()) return "";
  HtmlTable table(columns);
  const auto add = [&](const std::string& name, auto&& of_machine, bool chosen = false) {
    std::vector<std::string> cells = {name};
    for (const std::vector<PowerPart>* power : machines) {
      const PowerPart all = part_of(*power, nullptr);
      const double whole_mw = all.dynamic_mw + all.leakage_mw;
      const double power_mw = of_machine(*power);
      cells.push_back(
          readable_number(power_mw) +
          (whole_mw > 0 ? " (" + fixed_text(100 * power_mw / whole_mw, 0) + " %)" : ""));
    }
    table.add(cells, chosen);
  };
  for (const std::string& name : power_part_names(s)) {
    add(name, [&](const std::vector<PowerPart>& power) {
      const PowerPart part = part_of(power, &name);
      return part.dynamic_mw + part.leakage_mw;
    });
  }
  add("all, dynamic",
      [](const std::vector<PowerPart>& power) { return part_of(power, nullptr).dynamic_mw; });
  add("all, leakage",
      [](const std::vector<PowerPart>& power) { return part_of(power, nullptr).leakage_mw; });
  add(
      "together",
      [](const std::vector<PowerPart>& power) {
        const PowerPart all = part_of(power, nullptr);
        return all.dynamic_mw + all.leakage_mw;
      },
      true);
  return table.html("Power by part");
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
  PageSection section("stages", "Result", "The machine after each stage");
  if (s.stages.empty()) return section;
  const std::string energies = energy_table(s);
  section.add(stage_table(s));
  if (!energies.empty())
    section.add(folded("Energy, speed, and factors beside the book's", energies));
  section.add(interval_table(s) + folded("Error in samples, beside the bounds", error_table(s)));
  return section.add(bought(s));
}

PageSection power_section(const RunSummary& s) {
  PageSection section("power", "Power", "Where the power goes");
  if (s.stages.empty()) return section;
  return section.add(power_table(s) + idle_text(s)).add(power_figures(s)).add(variants_table(s));
}

}  // namespace minerva
