#include <algorithm>

#include "../summary_names.hpp"
#include "figures.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"
#include "option_parts.hpp"
#include "power_bars.hpp"

namespace minerva {
namespace {

/// Names of the parts of all bars, in order of first appearance, that have power in one of them.
std::vector<std::string> parts_with_power(const std::vector<PowerBar>& bars) {
  std::vector<std::string> names;
  for (const PowerBar& bar : bars) {
    for (const PowerPart& part : *bar.power) {
      if (part.dynamic_mw + part.leakage_mw > 0 &&
          std::find(names.begin(), names.end(), part.name) == names.end()) {
        names.push_back(part.name);
      }
    }
  }
  return names;
}

/// A bar's name with its power, and below it what is saved.
std::string label_of(const PowerBar& bar) {
  std::string text = bar.name + "\n" + readable_number(bar.power_mw) + " mW";
  if (bar.factor) text += ", " + factor_text(bar.factor);
  if (bar.over_last) text += ", " + readable_number(*bar.over_last) + " of last";
  return text;
}

Figure power_by_part(const std::vector<PowerBar>& bars) {
  Csv csv({"stage_or_variant", "part", "dynamic_mw", "leakage_mw", "power_mw", "stage_power_mw",
           "factor_before", "over_last_stage", "book_power_mw"});
  Json categories = Json::array();
  for (const PowerBar& bar : bars) categories.push_back(label_of(bar));
  Json all = Json::array();
  for (const std::string& name : parts_with_power(bars)) {
    Json part = series("bar", name, {"stage", "power, mW", "dynamic, mW", "leakage, mW"});
    for (const PowerBar& bar : bars) {
      double dynamic_mw = 0;
      double leakage_mw = 0;
      for (const PowerPart& p : *bar.power) {
        if (p.name != name) continue;
        dynamic_mw += p.dynamic_mw;
        leakage_mw += p.leakage_mw;
      }
      part["data"].push_back({label_of(bar), dynamic_mw + leakage_mw, dynamic_mw, leakage_mw});
    }
    part["encode"] = {{"x", 1}, {"y", 0}};
    part["stack"] = "power";
    all.push_back(part);
  }
  const auto cell = [](const std::optional<double>& value) {
    return value ? CsvCell(*value) : CsvCell("");
  };
  Json book = series("scatter", "by the book's factor", {"stage", "power, mW"});
  for (const PowerBar& bar : bars) {
    if (bar.book_power_mw) book["data"].push_back({label_of(bar), *bar.book_power_mw});
    for (const PowerPart& p : *bar.power) {
      csv.add({bar.name, p.name, p.dynamic_mw, p.leakage_mw, p.dynamic_mw + p.leakage_mw,
               bar.power_mw, cell(bar.factor), cell(bar.over_last), cell(bar.book_power_mw)});
    }
  }
  Figure figure;
  if (!book["data"].empty()) {
    book["encode"] = {{"x", 1}, {"y", 0}};
    make_book_mark(book);
    all.push_back(book);
    figure.book =
        "Fig. 4.11: diamonds lie where the book's factor brings the bar it is measured "
        "against; variants against the last stage, the book's mean of five data sets.";
  }
  Json y = axis("category", "");
  y["data"] = categories;
  y["inverse"] = true;
  y["axisLabel"] = {{"lineHeight", 15}};
  figure.option = {{"xAxis", axis("value", "power, mW")}, {"yAxis", y}, {"series", all}};
  figure.id = "power-by-stage";
  figure.title = "Power by part after each stage";
  figure.caption =
      "Average over a prediction, leakage included; behind the power the factor "
      "against the stage before, of variants the share of the last stage's power.";
  std::string text;
  for (const PowerBar& bar : bars) {
    text += (text.empty() ? "" : "; ") + bar.name + " " + readable_number(bar.power_mw) + " mW";
  }
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.height_px = height_of_rows(bars.size(), 46) + 40;
  return figure;
}

/// Wrong samples above the float network's, and the bound of each stage.
std::optional<Figure> error_by_stage(const RunSummary& s) {
  const bool bounded = std::any_of(s.stages.begin(), s.stages.end(), [](const StageRow& row) {
    return row.bound_validation_wrong || row.bound_test_wrong;
  });
  if (!bounded) return std::nullopt;
  Json validation =
      series("bar", "validation", {"stage", "spent, samples", "sigmas", "wrong, samples"});
  Json test = series("bar", "test", {"stage", "spent, samples", "sigmas", "wrong, samples"});
  Json bound_validation =
      series("scatter", "bound, validation", {"stage", "may be spent, samples", "wrong, samples"});
  Json bound_test =
      series("scatter", "bound, test", {"stage", "may be spent, samples", "wrong, samples"});
  Json categories = Json::array();
  Csv csv({"stage", "spent_validation_samples", "spent_validation_sigmas",
           "bound_validation_samples", "spent_test_samples", "spent_test_sigmas",
           "bound_test_samples"});
  const auto float_validation = static_cast<double>(s.network.validation_wrong);
  const auto float_test = static_cast<double>(s.network.test_wrong);
  std::string text;
  for (const StageRow& row : s.stages) {
    if (!(row.power_mw > 0)) continue;  // the float network itself
    categories.push_back(row.name);
    validation["data"].push_back(
        {row.name, row.spent_samples, row.spent_sigmas, row.validation_wrong});
    test["data"].push_back(
        {row.name, row.spent_test_samples, row.spent_test_sigmas, row.test_wrong});
    CsvCell of_validation = "";
    CsvCell of_test = "";
    if (row.bound_validation_wrong) {
      const double spare = *row.bound_validation_wrong - float_validation;
      bound_validation["data"].push_back({row.name, spare, *row.bound_validation_wrong});
      of_validation = spare;
    }
    if (row.bound_test_wrong) {
      const double spare = *row.bound_test_wrong - float_test;
      bound_test["data"].push_back({row.name, spare, *row.bound_test_wrong});
      of_test = spare;
    }
    csv.add({row.name, row.spent_samples, row.spent_sigmas, of_validation, row.spent_test_samples,
             row.spent_test_sigmas, of_test});
    text += (text.empty() ? "" : "; ") + row.name + ": " + wrong_text(row.spent_samples) +
            " on validation, " + wrong_text(row.spent_test_samples) + " on test";
  }
  Json all = Json::array();
  for (Json* each : {&validation, &test, &bound_validation, &bound_test}) {
    if ((*each)["data"].empty()) continue;
    const bool bound = each == &bound_validation || each == &bound_test;
    const bool of_test = each == &test || each == &bound_test;
    if (bound) {
      (*each)["itemStyle"]["color"] = "@bound";
      (*each)["symbol"] = of_test ? "triangle" : "diamond";
      (*each)["symbolSize"] = 12;
      (*each)["z"] = 5;
    } else {
      paint(*each, of_test ? "@2" : "@1");
    }
    all.push_back(*each);
  }
  Json x = axis("category", "");
  x["data"] = categories;
  Figure figure;
  figure.option = {{"xAxis", x},
                   {"yAxis", axis("value", "wrong above the float network, samples")},
                   {"series", all}};
  figure.id = "error-by-stage";
  figure.title = "Error spent by each stage";
  figure.caption =
      "Wrong samples above the float network's, all stages so far together, and the "
      "most that the budget allows there. Nothing is chosen by the test set.";
  figure.alternative = text + ".";
  figure.book = "Sec. 4.4: all stages together stay within one sigma of the training noise.";
  figure.csv = csv.text();
  figure.height_px = 340;
  return figure;
}

}  // namespace

std::vector<Figure> power_figures(const RunSummary& s) {
  const std::vector<PowerBar> bars = power_bars(s);
  std::vector<Figure> figures;
  if (!bars.empty() && !parts_with_power(bars).empty()) figures.push_back(power_by_part(bars));
  if (auto error = error_by_stage(s)) figures.push_back(std::move(*error));
  return figures;
}

}  // namespace minerva
