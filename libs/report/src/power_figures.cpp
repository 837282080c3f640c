#include <algorithm>
#include <nlohmann/json.hpp>

#include "minerva/report/csv.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/power_bars.hpp"
#include "minerva/report/text_table.hpp"
#include "sections.hpp"

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
  if (bar.over_last) text += "\n" + readable_number(*bar.over_last) + " of the last stage";
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
  figure.option =
      figure_option({{"xAxis", axis("value", "power, mW")}, {"yAxis", y}, {"series", all}});
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
  figure.height_px = height_of_rows(bars.size(), 52) + 40;
  return figure;
}

/// The parts of each bar as shares of it, so that a small one can be read beside a large one.
Figure power_shares(const std::vector<PowerBar>& bars) {
  Csv csv({"stage_or_variant", "part", "share_percent", "power_mw"});
  Json categories = Json::array();
  for (const PowerBar& bar : bars) {
    categories.push_back(bar.name + "\n" + readable_number(bar.power_mw) + " mW");
  }
  Json all = Json::array();
  for (const std::string& name : parts_with_power(bars)) {
    Json part = series("bar", name, {"stage", "share, %", "power, mW"});
    for (std::size_t b = 0; b < bars.size(); ++b) {
      double power_mw = 0;
      for (const PowerPart& p : *bars[b].power) {
        if (p.name == name) power_mw += p.dynamic_mw + p.leakage_mw;
      }
      const double share = bars[b].power_mw > 0 ? 100 * power_mw / bars[b].power_mw : 0;
      part["data"].push_back({categories[b], share, power_mw});
      csv.add({bars[b].name, name, share, power_mw});
    }
    part["encode"] = {{"x", 1}, {"y", 0}};
    part["stack"] = "share";
    all.push_back(part);
  }
  Json x = axis("value", "share of the power, %");
  x["max"] = 100;
  Json y = axis("category", "");
  y["data"] = categories;
  y["inverse"] = true;
  Figure figure;
  figure.option = figure_option({{"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "power-shares";
  figure.title = "Shares of the power after each stage";
  figure.caption = "The same powers, each bar as long as the others.";
  figure.alternative = "The parts of each bar above as shares of it.";
  figure.csv = csv.text();
  figure.height_px = height_of_rows(bars.size(), 44) + 40;
  return figure;
}

/// Wrong samples above the float network's and the bound of each stage, a grid a set.
std::optional<Figure> error_by_stage(const RunSummary& s) {
  const bool bounded = std::any_of(s.stages.begin(), s.stages.end(), [](const StageRow& row) {
    return row.power_mw > 0 && (row.bound_validation_wrong || row.bound_test_wrong);
  });
  if (!bounded) return std::nullopt;
  struct Set {
    const char* name;
    double StageRow::*wrong;
    double StageRow::*spent;
    double StageRow::*sigmas;
    std::optional<double> StageRow::*bound;
    std::int64_t float_wrong;
  };
  const Set sets[] = {
      {"validation", &StageRow::validation_wrong, &StageRow::spent_samples, &StageRow::spent_sigmas,
       &StageRow::bound_validation_wrong, s.network.validation_wrong},
      {"test", &StageRow::test_wrong, &StageRow::spent_test_samples, &StageRow::spent_test_sigmas,
       &StageRow::bound_test_wrong, s.network.test_wrong}};
  Json categories = Json::array();
  for (const StageRow& row : s.stages) {
    if (row.power_mw > 0) categories.push_back(row.name);  // not the float network itself
  }
  Json all = Json::array();
  Json x_axes = Json::array();
  Json y_axes = Json::array();
  Csv csv({"set", "stage", "wrong_samples", "spent_samples", "spent_sigmas", "may_spend_samples"});
  std::string text;
  for (int grid = 0; grid < 2; ++grid) {
    const Set& set = sets[grid];
    Json spent = series("bar", set.name, {"stage", "spent, samples", "sigmas", "wrong, samples"});
    Json bound = series("scatter", "bound", {"stage", "may be spent, samples", "wrong, samples"});
    Extent extent;
    extent.hold(0);
    for (const StageRow& row : s.stages) {
      if (!(row.power_mw > 0)) continue;
      extent.hold(row.*set.spent);
      spent["data"].push_back({row.name, row.*set.spent, row.*set.sigmas, row.*set.wrong});
      CsvCell may_spend = "";
      if (const std::optional<double> most = row.*set.bound) {
        const double spare = *most - static_cast<double>(set.float_wrong);
        bound["data"].push_back({row.name, spare, *most});
        extent.hold(1.1 * spare);  // the whole mark is to be seen
        may_spend = spare;
      }
      csv.add({set.name, row.name, row.*set.wrong, row.*set.spent, row.*set.sigmas, may_spend});
    }
    paint(spent, grid == 0 ? "@1" : "@2");
    bound["itemStyle"]["color"] = "@bound";
    bound["symbol"] = "rect";
    bound["symbolSize"] = {4, 24};
    bound["z"] = 5;
    for (Json* each : {&spent, &bound}) {
      (*each)["encode"] = {{"x", 1}, {"y", 0}};
      put_into_grid(*each, grid);
      if (!(*each)["data"].empty()) all.push_back(*each);
    }
    Json y = axis("category", "", grid);
    y["data"] = categories;
    y["inverse"] = true;
    y_axes.push_back(y);
    Json x = axis("value", std::string(set.name) + ", samples", grid);
    set_range(x, extent.low, extent.high);
    x_axes.push_back(x);
    text += std::string(grid == 0 ? "At the end " : ", and ") +
            wrong_text(s.stages.back().*set.spent) + " samples more on " + set.name;
  }
  Figure figure;
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", x_axes},
                                 {"yAxis", y_axes},
                                 {"series", all}});
  figure.id = "error-by-stage";
  figure.title = "Error spent by the stages";
  figure.caption =
      "Wrong samples above the float network's, all stages so far together, and the "
      "most that the budget allows there. Nothing is chosen by the test set.";
  figure.alternative = text + ".";
  figure.book = "Sec. 4.4: all stages together stay within one sigma of the training noise.";
  figure.csv = csv.text();
  figure.height_px = 2 * height_of_rows(categories.size(), 34);
  return figure;
}

}  // namespace

std::vector<Figure> power_figures(const RunSummary& s) {
  const std::vector<PowerBar> bars = power_bars(s);
  std::vector<Figure> figures;
  if (!bars.empty() && !parts_with_power(bars).empty()) {
    figures.push_back(power_by_part(bars));
    figures.push_back(power_shares(bars));
  }
  if (auto error = error_by_stage(s)) figures.push_back(std::move(*error));
  return figures;
}

}  // namespace minerva
