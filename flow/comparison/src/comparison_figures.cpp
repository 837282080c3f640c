#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "comparison_bars.hpp"
#include "comparison_tables.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/power_bars.hpp"
#include "minerva/report/text_table.hpp"
#include "run_labels.hpp"
#include "runs_figure.hpp"
#include "trade_off_figure.hpp"

namespace minerva {
namespace {

/// Rows of runs below each other, each run under a row with its name.
class RowsOfRuns {
 public:
  void next_run(const std::string& run) {
    names_.push_back({{"value", run}, {"textStyle", {{"fontWeight", "bold"}}}});
    ++runs_;
  }
  /// A row of the run; returns what ECharts knows it by: each name but once, by blanks that nobody
  /// sees.
  std::string add(const std::string& row) {
    std::string name = row;
    for (std::size_t i = 1; i < runs_; ++i) name += "\u200b";
    names_.push_back(name);
    return name;
  }
  const Json& names() const { return names_; }
  Json axis_of_rows() const {
    Json y = axis("category", "");
    y["data"] = names_;
    y["inverse"] = true;
    return y;
  }

 private:
  Json names_ = Json::array();
  std::size_t runs_ = 0;
};

std::optional<Figure> power(const std::vector<ComparedRun>& runs) {
  RowsOfRuns rows;
  std::vector<std::string> parts;
  struct Row {
    std::string run;
    std::string name;
    PowerBar bar;
  };
  std::vector<Row> bars;
  Csv csv({"run", "stage_or_variant", "part", "dynamic_mw", "leakage_mw", "power_mw"});
  std::string text;
  for (const ComparedRun& run : runs) {
    const std::vector<PowerBar> of_run = power_bars(run.summary);
    if (of_run.empty()) continue;
    rows.next_run(run.name);
    for (const PowerBar& bar : of_run) {
      bars.push_back({run.name, rows.add(bar.name), bar});
      for (const PowerPart& part : *bar.power) {
        const double part_mw = part.dynamic_mw + part.leakage_mw;
        csv.add({run.name, bar.name, part.name, part.dynamic_mw, part.leakage_mw, part_mw});
        if (part_mw > 0 && std::find(parts.begin(), parts.end(), part.name) == parts.end()) {
          parts.push_back(part.name);
        }
      }
    }
    text += (text.empty() ? "" : "; ") + run.name + " " + readable_number(of_run.front().power_mw) +
            " mW";
  }
  if (parts.empty()) return std::nullopt;
  Json all = Json::array();
  for (const std::string& name : parts) {
    Json part = series(
        "bar", name, {"stage", "power, mW", "dynamic, mW", "leakage, mW", "all parts, mW", "run"});
    for (const Row& row : bars) {
      double dynamic_mw = 0;
      double leakage_mw = 0;
      for (const PowerPart& p : *row.bar.power) {
        if (p.name != name) continue;
        dynamic_mw += p.dynamic_mw;
        leakage_mw += p.leakage_mw;
      }
      part["data"].push_back(
          {row.name, dynamic_mw + leakage_mw, dynamic_mw, leakage_mw, row.bar.power_mw, row.run});
    }
    part["encode"] = {{"x", 1}, {"y", 0}};
    part["stack"] = "power";
    all.push_back(part);
  }
  Figure figure;
  figure.option = figure_option(
      {{"xAxis", axis("value", "power, mW")}, {"yAxis", rows.axis_of_rows()}, {"series", all}});
  figure.id = "power-of-runs";
  figure.title = "Power by part after each stage";
  figure.caption =
      "Average over a prediction, leakage included, of each run's stages and variants.";
  if (all_of_the_book(runs)) {
    figure.book = "Fig. 4.11, whose bars can only be seen in a plot; its factors stand below.";
  }
  figure.alternative = "Baselines: " + text + ".";
  figure.csv = csv.text();
  figure.height_px = height_of_rows(rows.names().size(), 22);
  return figure;
}

std::optional<Figure> errors(const std::vector<ComparedRun>& runs) {
  RowsOfRuns rows;
  const std::vector<std::string> of_spent = {
      "stage",          "spent, sigma",          "may be spent, sigma",
      "spent, samples", "may be spent, samples", "run"};
  Json validation = series("bar", "validation", of_spent);
  Json test = series("scatter", "test", of_spent);
  Json bound = series("scatter", "bound, validation", {"stage", "may be spent, sigma", "run"});
  Csv csv({"run", "stage", "spent_validation_sigmas", "bound_validation_sigmas",
           "spent_test_sigmas", "bound_test_sigmas"});
  std::string text;
  for (const ComparedRun& run : runs) {
    const RunSummary& s = run.summary;
    const double sigma = s.budget.budget.sigma_percent;
    const bool bounded = std::any_of(s.stages.begin(), s.stages.end(), [](const StageRow& row) {
      return row.power_mw > 0 && (row.bound_validation_wrong || row.bound_test_wrong);
    });
    if (!bounded || !(sigma > 0)) continue;
    rows.next_run(run.name);
    for (const StageRow& row : s.stages) {
      if (!(row.power_mw > 0)) continue;
      const std::string name = rows.add(row.name);
      // In whole samples, so that the two sets differ by a little.
      const auto spare = [](const std::optional<double>& most, std::int64_t float_wrong) {
        return most ? std::optional<double>(*most - static_cast<double>(float_wrong)) : most;
      };
      const auto sigmas = [&](const std::optional<double>& extra, std::int64_t samples) {
        return extra && samples > 0
                   ? std::optional<double>(100 * *extra / static_cast<double>(samples) / sigma)
                   : std::nullopt;
      };
      const auto json = [](const std::optional<double>& value) {
        return value ? Json(*value) : Json(nullptr);
      };
      const auto cell = [](const std::optional<double>& value) {
        return value ? CsvCell(*value) : CsvCell("");
      };
      const auto spare_validation = spare(row.bound_validation_wrong, s.network.validation_wrong);
      const auto spare_test = spare(row.bound_test_wrong, s.network.test_wrong);
      const auto of_validation = sigmas(spare_validation, s.network.validation_samples);
      const auto of_test = sigmas(spare_test, s.network.test_samples);
      validation["data"].push_back({name, row.spent_sigmas, json(of_validation), row.spent_samples,
                                    json(spare_validation), run.name});
      test["data"].push_back({name, row.spent_test_sigmas, json(of_test), row.spent_test_samples,
                              json(spare_test), run.name});
      if (of_validation) bound["data"].push_back({name, *of_validation, run.name});
      csv.add({run.name, row.name, row.spent_sigmas, cell(of_validation), row.spent_test_sigmas,
               cell(of_test)});
    }
    const StageRow& last = s.stages.back();
    text += (text.empty() ? "" : "; ") + run.name + " " + fixed_text(last.spent_sigmas, 2) +
            " on validation and " + fixed_text(last.spent_test_sigmas, 2) + " on test";
  }
  if (rows.names().empty()) return std::nullopt;
  paint(validation, "@1");
  paint(test, "@2");
  test["symbol"] = "circle";
  test["symbolSize"] = 11;
  test["itemStyle"] = {
      {"color", "@2"}, {"opacity", 1}, {"borderColor", "@paper"}, {"borderWidth", 1.5}};
  test["z"] = 6;
  bound["itemStyle"]["color"] = "@bound";
  bound["symbol"] = "rect";
  bound["symbolSize"] = {4, 18};
  bound["z"] = 5;
  Json all = Json::array();
  for (Json* each : {&validation, &test, &bound}) {
    (*each)["encode"] = {{"x", 1}, {"y", 0}};
    if (!(*each)["data"].empty()) all.push_back(*each);
  }
  Figure figure;
  figure.option = figure_option({{"xAxis", axis("value", "error above the float network's, sigma")},
                                 {"yAxis", rows.axis_of_rows()},
                                 {"series", all}});
  figure.id = "error-of-runs";
  figure.title = "Error spent against its bound";
  figure.caption =
      "All stages so far together, in sigmas of each run's training noise, and what its "
      "budget allows there, in whole samples.";
  if (all_of_the_book(runs)) {
    figure.book = "Sec. 4.4: all stages together stay within one sigma.";
  }
  figure.alternative = "Spent at the end, in sigma: " + text + ".";
  figure.csv = csv.text();
  figure.height_px = height_of_rows(rows.names().size(), 24);
  return figure;
}

std::optional<Figure> frontiers(const std::vector<ComparedRun>& runs) {
  const std::vector<std::string> dimensions = {"time, µs",
                                               "power, mW",
                                               "energy, nJ",
                                               "area, mm²",
                                               "lanes",
                                               "MACs a lane",
                                               "weight words a cycle and lane",
                                               "clock, ns"};
  Csv csv({"run", "time_us", "power_mw", "energy_per_prediction_nj", "area_mm2", "lanes",
           "macs_per_lane", "weight_bandwidth", "clock_period_ns", "baseline"});
  Json all = Json::array();
  std::vector<std::string> with_run = dimensions;
  with_run.emplace_back("run");
  Json baselines = series("scatter", "baseline", with_run);
  std::string text;
  for (const ComparedRun& run : runs) {
    const dse::DesignSpaceSection space = dse::design_space_section(run.summary);
    Json line = series("line", run.name, dimensions);
    std::vector<const dse::DesignSpaceRow*> rows;
    for (const dse::DesignSpaceRow& row : space.frontier) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto* a, const auto* b) { return a->time_us < b->time_us; });
    const auto add = [&](const dse::DesignSpaceRow& row, bool on_line) {
      if (!(row.time_us > 0 && row.power_mw > 0)) return;
      const DesignPoint& p = row.point;
      Json cells = {row.time_us, row.power_mw,    row.energy_per_prediction_nj, row.area_mm2,
                    p.lanes,     p.macs_per_lane, p.weight_bandwidth,           p.clock_period_ns};
      csv.add({run.name, row.time_us, row.power_mw, row.energy_per_prediction_nj, row.area_mm2,
               p.lanes, p.macs_per_lane, p.weight_bandwidth, p.clock_period_ns, row.chosen});
      if (on_line) line["data"].push_back(cells);
      if (!row.chosen) return;
      cells.push_back(run.name);
      baselines["data"].push_back(cells);
      text += (text.empty() ? "Baselines: " : "; ") + run.name + " " +
              readable_number(row.time_us) + " µs, " + readable_number(row.power_mw) + " mW";
    };
    for (const dse::DesignSpaceRow* row : rows) add(*row, true);
    if (space.baseline) add(*space.baseline, false);
    if (!line["data"].empty()) all.push_back(line);
  }
  if (all.empty()) return std::nullopt;
  if (!baselines["data"].empty()) {
    make_ring(baselines, "@chosen");
    all.push_back(baselines);
  }
  Json x = axis("log", "time of a prediction, µs");
  Json y = axis("log", "power, mW");
  set_logarithmic_range(x, all, 0);
  set_logarithmic_range(y, all, 1);
  Figure figure;
  figure.option =
      figure_option({{"grid", {{"right", 34}}}, {"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.id = "frontiers";
  figure.title = "Frontiers of the design spaces";
  figure.caption =
      "Pareto frontiers of each run's network and technology, before any optimization; "
      "rings are the baselines.";
  if (all_of_the_book(runs)) {
    figure.book = "Fig. 4.4b, for MNIST alone; its points can only be seen in a plot.";
  }
  figure.alternative = text.empty() ? "No baseline was chosen." : text + ".";
  figure.csv = csv.text();
  figure.height_px = 460;
  return figure;
}

std::optional<Figure> factors(const std::vector<ComparedRun>& runs) {
  struct Column {
    std::string name;
    std::optional<std::size_t> bar;  ///< of kComparedBars; nothing: the first over the last stage
    double book;
  };
  const std::vector<Column> columns = {
      {"quantization", 1, kComparedBars[1].book_factor},
      {"pruning", 2, kComparedBars[2].book_factor},
      {"low voltage", 3, kComparedBars[3].book_factor},
      {"all three", std::nullopt, published::kMeanWholeFactor.value},
      {"ROM instead", 4, kComparedBars[4].book_factor},
      {"programmable", 5, kComparedBars[5].book_factor}};
  const auto factor = [](const RunSummary& s, const Column& column) {
    return column.bar ? factor_of(s, *column.bar) : whole_factor(s);
  };
  const std::vector<std::string> dimensions = {"step", "power before / after"};
  Csv csv({"run", "step", "power_before_over_after"});
  Json all = Json::array();
  // Runs stand below each other within the row of a step.
  const int apart = 10;
  const auto height = static_cast<int>(runs.size()) * apart;
  Extent extent;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Json points = series("scatter", runs[i].name, dimensions);
    for (const Column& column : columns) {
      const std::optional<double> f = factor(runs[i].summary, column);
      if (!f || !(*f > 0)) continue;
      points["data"].push_back({column.name, *f});
      csv.add({runs[i].name, column.name, *f});
      extent.hold(*f);
    }
    points["symbolOffset"] = {0, static_cast<int>(i) * apart - (height - apart) / 2};
    points["itemStyle"]["opacity"] = 1;
    if (!points["data"].empty()) all.push_back(points);
  }
  if (all.empty()) return std::nullopt;
  Json means = series("scatter", "geometric mean", dimensions);
  Json book = series("scatter", "the book's mean", dimensions);
  Json categories = Json::array();
  std::string text;
  const bool with_book = all_of_the_book(runs);
  for (const Column& column : columns) {
    const std::optional<double> mean =
        mean_factor(runs, [&](const RunSummary& s) { return factor(s, column); });
    if (!mean) continue;
    categories.push_back(column.name);
    means["data"].push_back({column.name, *mean});
    csv.add({"geometric mean", column.name, *mean});
    text += (text.empty() ? with_book ? "Geometric means and the book's: " : "Geometric means: "
                          : "; ") +
            column.name + " " + fixed_text(*mean, 2);
    if (!with_book) continue;
    book["data"].push_back({column.name, column.book});
    extent.hold(column.book);
    csv.add({"the book's mean of its five sets", column.name, column.book});
    text += " and " + fixed_text(column.book, 2);
  }
  means["symbol"] = "rect";
  means["symbolSize"] = {4, height + 8};
  means["itemStyle"] = {{"color", "@ink"}, {"opacity", 0.7}};
  make_book_mark(book);
  all.push_back(means);
  if (with_book) all.push_back(book);
  for (Json& each : all) each["encode"] = {{"x", 1}, {"y", 0}};
  Json y = axis("category", "");
  y["data"] = categories;
  y["inverse"] = true;
  Json x = axis("log", "power before / after");
  x["logBase"] = 2;       // factors lie between 1/4 and 32
  x["splitNumber"] = 10;  // a tick at every power
  x["min"] = std::exp2(std::floor(std::log2(extent.low)));
  x["max"] = std::exp2(std::floor(std::log2(extent.high)) + 1);
  Figure figure;
  figure.option =
      figure_option({{"grid", {{"right", 34}}}, {"xAxis", x}, {"yAxis", y}, {"series", all}});
  figure.height_px = height_of_rows(categories.size(), height + 26);
  figure.id = "factors";
  figure.title = "What each step saves";
  figure.caption =
      "Power of the stage before over that of the stage; of the variants, power of the "
      "last stage over the variant's, below 1 where the variant takes more.";
  if (with_book) figure.book = "Sec. 4.4 and 4.5: means over its five data sets.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  return figure;
}

}  // namespace

std::vector<Figure> comparison_figures(const std::vector<ComparedRun>& named) {
  const std::vector<ComparedRun> runs = with_labels(named);
  std::vector<Figure> figures;
  for (std::optional<Figure>& figure :
       std::vector<std::optional<Figure>>{trade_off_figure(runs), runs_figure(runs), power(runs),
                                          factors(runs), errors(runs), frontiers(runs)}) {
    if (figure) figures.push_back(std::move(*figure));
  }
  return figures;
}

}  // namespace minerva
