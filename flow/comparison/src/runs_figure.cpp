#include "runs_figure.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "minerva/comparison/run_quantities.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/option_parts.hpp"
#include "run_labels.hpp"

namespace minerva {
namespace {

/// A number of each run: nothing where a run has none.
struct Column {
  std::string dimension;
  std::string csv;
  std::vector<std::optional<double>> values;

  bool is_of_all() const {
    return std::all_of(values.begin(), values.end(), [](const auto& v) { return v.has_value(); });
  }
  bool differs() const {
    return std::set<std::optional<double>>(values.begin(), values.end()).size() > 1;
  }
};

bool is_finished(const ComparedRun& run) {
  return !run.summary.stages.empty() && run.summary.stages.back().power_mw > 0;
}

}  // namespace

std::optional<Figure> runs_figure(const std::vector<ComparedRun>& all_runs) {
  const auto swept = swept_number(all_runs);
  std::vector<const ComparedRun*> runs;
  std::vector<Column> columns;
  if (swept) columns.push_back({swept->first, swept->first, {}});
  for (std::size_t i = 0; i < all_runs.size(); ++i) {
    if (!is_finished(all_runs[i])) continue;
    runs.push_back(&all_runs[i]);
    if (swept) columns.front().values.emplace_back(swept->second[i]);
  }
  if (runs.size() < 2) return std::nullopt;
  for (const RunQuantity& quantity : run_quantities()) {
    Column column{quantity.dimension, quantity.column, {}};
    for (const ComparedRun* run : runs) column.values.push_back(quantity.value(run->summary));
    if (column.is_of_all()) columns.push_back(std::move(column));
  }
  const auto at = [&](const std::string& dimension) {
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& column) {
      return column.dimension == dimension;
    });
    return static_cast<std::size_t>(found - columns.begin());
  };
  // Finished machines have both.
  const std::size_t x = swept ? 0 : at("error on test, %");
  const std::size_t y = at("power, mW");

  std::vector<std::string> dimensions;
  std::vector<std::string> names = {"run"};
  Explorer explorer;
  for (const Column& column : columns) {
    dimensions.push_back(column.dimension);
    names.push_back(column.csv);
    if (column.differs() || &column == &columns[x] || &column == &columns[y]) {
      explorer.quantities.push_back(column.dimension);
    }
  }
  dimensions.emplace_back("run");
  Json points = series("scatter", "runs", dimensions);
  Csv csv(names);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Json row = Json::array();
    std::vector<CsvCell> cells = {runs[i]->name};
    for (const Column& column : columns) {
      row.push_back(*column.values[i]);
      cells.emplace_back(*column.values[i]);
    }
    row.push_back(runs[i]->name);
    points["data"].push_back(row);
    csv.add(cells);
  }
  points["encode"] = {{"x", x}, {"y", y}};
  paint(points, "@1");
  points["itemStyle"]["opacity"] = 1;
  const auto axis_of = [&](std::size_t c) {
    Json made = axis("value", columns[c].dimension);
    Extent extent;
    for (const auto& value : columns[c].values) extent.hold(*value);
    set_range(made, extent.low, extent.high);
    return made;
  };
  explorer.series = {"runs"};
  explorer.x = columns[x].dimension;
  explorer.y = columns[y].dimension;
  explorer.axes = explorer.quantities;
  constexpr std::size_t kMostAxes = 10;  // side by side on a page
  if (explorer.axes.size() > kMostAxes) {
    explorer.axes = {explorer.x};
    for (const char* wanted :
         {"error on test, %", "power, mW", "energy, nJ", "area, mm²", "predictions, 1/s", "lanes",
          "clock, ns", "bits of a weight", "bits of an activation", "supply of the weights, V",
          "skipped MACs, %"}) {
      const auto& known = explorer.quantities;
      if (wanted != explorer.x && std::count(known.begin(), known.end(), wanted) > 0 &&
          explorer.axes.size() < kMostAxes) {
        explorer.axes.emplace_back(wanted);
      }
    }
  }
  explorer.noun = "runs";
  Figure figure;
  figure.option = figure_option({{"grid", {{"right", 34}}},
                                 {"xAxis", axis_of(x)},
                                 {"yAxis", axis_of(y)},
                                 {"series", Json::array({points})}});
  figure.id = "runs";
  figure.title = "The runs by any two of their numbers";
  figure.caption =
      "Each point is the finished machine of a run. The numbers across and up can be "
      "chosen below, and so can a third one for the colour.";
  figure.alternative = std::to_string(runs.size()) + " runs, " + columns[y].dimension +
                       " against " + columns[x].dimension + ".";
  figure.csv = csv.text();
  figure.explorer = explorer;
  figure.height_px = 420;
  return figure;
}

}  // namespace minerva
