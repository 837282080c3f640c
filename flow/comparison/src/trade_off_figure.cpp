#include "trade_off_figure.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "minerva/report/csv.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva {
namespace {

/// The finished machine of a run on one set.
struct TradeOff {
  const ComparedRun* run = nullptr;
  const StageRow* last = nullptr;
  double error_percent = 0;
  std::optional<double> low_percent;
  std::optional<double> high_percent;
  std::optional<double> bound_percent;
  bool on_frontier = false;
};

struct JudgedSet {
  const char* name;
  const char* role;
  double StageRow::*error_percent;
  std::optional<WrongInterval> StageRow::*interval;
  std::optional<double> StageRow::*bound_wrong;
  std::int64_t NetworkSummary::*samples;
};
constexpr JudgedSet kSets[] = {
    {"validation", "@1", &StageRow::validation_error_percent, &StageRow::validation_interval,
     &StageRow::bound_validation_wrong, &NetworkSummary::validation_samples},
    {"test", "@2", &StageRow::test_error_percent, &StageRow::test_interval,
     &StageRow::bound_test_wrong, &NetworkSummary::test_samples}};

std::vector<TradeOff> trade_offs(const std::vector<ComparedRun>& runs, const JudgedSet& set) {
  std::vector<TradeOff> all;
  for (const ComparedRun& run : runs) {
    if (run.summary.stages.empty()) continue;
    const StageRow& last = run.summary.stages.back();
    const std::int64_t samples = run.summary.network.*set.samples;
    if (!(last.power_mw > 0) || samples <= 0) continue;
    const auto percent = [samples](double wrong) {
      return 100 * wrong / static_cast<double>(samples);
    };
    TradeOff point;
    point.run = &run;
    point.last = &last;
    point.error_percent = last.*set.error_percent;
    if (const auto& interval = last.*set.interval) {
      point.low_percent = percent(interval->low);
      point.high_percent = percent(interval->high);
    }
    if (const auto& bound = last.*set.bound_wrong) point.bound_percent = percent(*bound);
    all.push_back(point);
  }
  for (TradeOff& point : all) {
    point.on_frontier = std::none_of(all.begin(), all.end(), [&](const TradeOff& other) {
      const bool no_worse = other.error_percent <= point.error_percent &&
                            other.last->power_mw <= point.last->power_mw;
      const bool better =
          other.error_percent < point.error_percent || other.last->power_mw < point.last->power_mw;
      return no_worse && better;
    });
  }
  std::stable_sort(all.begin(), all.end(), [](const TradeOff& a, const TradeOff& b) {
    return a.error_percent < b.error_percent;
  });
  return all;
}

CsvCell cell(const std::optional<double>& value) { return value ? CsvCell(*value) : CsvCell(""); }

}  // namespace

std::optional<Figure> trade_off_figure(const std::vector<ComparedRun>& runs) {
  // Errors of other data, or of other samples of them, are no trade-off.
  for (const ComparedRun& run : runs) {
    if (run.summary.provenance.data_sha256 != runs.front().summary.provenance.data_sha256) {
      return std::nullopt;
    }
  }
  struct Measure {
    const char* name;
    double StageRow::*value;
  };
  constexpr Measure kMeasures[] = {{"power, mW", &StageRow::power_mw},
                                   {"energy, nJ", &StageRow::energy_per_prediction_nj}};
  Csv csv({"run", "set", "error_percent", "error_low_percent", "error_high_percent",
           "bound_percent", "power_mw", "energy_per_prediction_nj", "on_frontier"});
  Json all = Json::array();
  Extent errors;
  Extent heights[2];
  std::string text;
  for (const JudgedSet& set : kSets) {
    const std::vector<TradeOff> points = trade_offs(runs, set);
    if (points.size() < 2) return std::nullopt;
    for (const TradeOff& point : points) {
      csv.add({point.run->name, set.name, point.error_percent, cell(point.low_percent),
               cell(point.high_percent), cell(point.bound_percent), point.last->power_mw,
               point.last->energy_per_prediction_nj, point.on_frontier});
    }
    for (int grid = 0; grid < 2; ++grid) {
      const Measure& measure = kMeasures[grid];
      Json marks = series("scatter", set.name,
                          {"error, %", measure.name, "low, %", "high, %", "bound, %", "run"});
      Json whiskers =
          series("line", std::string("interval of ") + set.name, {"error, %", measure.name});
      Json frontier =
          series("line", std::string("frontier, ") + set.name, {"error, %", measure.name, "run"});
      Json bounds =
          series("scatter", std::string("bound, ") + set.name, {"bound, %", measure.name, "run"});
      for (const TradeOff& point : points) {
        const double height = point.last->*measure.value;
        const auto json = [](const std::optional<double>& value) {
          return value ? Json(*value) : Json(nullptr);
        };
        marks["data"].push_back({point.error_percent, height, json(point.low_percent),
                                 json(point.high_percent), json(point.bound_percent),
                                 point.run->name});
        errors.hold(point.error_percent);
        heights[grid].hold(height);
        if (point.low_percent && point.high_percent) {
          for (const std::optional<double>& end : {point.low_percent, point.high_percent}) {
            whiskers["data"].push_back({*end, height});
            errors.hold(*end);
          }
          whiskers["data"].push_back({nullptr, nullptr});
        }
        if (point.on_frontier) {
          frontier["data"].push_back({point.error_percent, height, point.run->name});
        }
        if (point.bound_percent) {
          bounds["data"].push_back({*point.bound_percent, height, point.run->name});
          errors.hold(*point.bound_percent);
        }
      }
      paint(marks, set.role);
      marks["itemStyle"]["opacity"] = 1;
      marks["z"] = 5;
      paint(whiskers, set.role);
      whiskers["silent"] = true;
      whiskers["symbol"] = "none";
      paint(frontier, set.role);
      frontier["symbol"] = "none";
      paint(bounds, "@bound");
      bounds["symbol"] = "rect";
      bounds["symbolSize"] = {3, 18};
      for (Json* each : {&whiskers, &frontier, &marks, &bounds}) {
        put_into_grid(*each, grid);
        if (!(*each)["data"].empty()) all.push_back(*each);
      }
    }
    const auto least = std::min_element(
        points.begin(), points.end(),
        [](const TradeOff& a, const TradeOff& b) { return a.last->power_mw < b.last->power_mw; });
    text += (text.empty() ? "Least power: " : "; ") + readable_number(least->last->power_mw) +
            " mW at " + fixed_text(least->error_percent, 2) + " % of " + set.name;
  }
  Json x_axes = Json::array();
  Json y_axes = Json::array();
  for (int grid = 0; grid < 2; ++grid) {
    Json x = axis("value", grid == 1 ? "error after all stages, %" : "", grid);
    set_range(x, errors.low, errors.high);
    Json y = axis("value", kMeasures[grid].name, grid);
    set_range(y, heights[grid].low, heights[grid].high);
    x_axes.push_back(x);
    y_axes.push_back(y);
  }
  Figure figure;
  figure.option = figure_option({{"grid", Json::array({{{"right", 34}}, {{"right", 34}}})},
                                 {"xAxis", x_axes},
                                 {"yAxis", y_axes},
                                 {"series", all}});
  figure.id = "trade-off";
  figure.title = "Power and energy against error";
  figure.caption =
      "The finished machine of each run: its error on both sets with its interval over fault maps, "
      "the most that its budget allows at the red marks, and lines through the runs than which "
      "none "
      "has less of both.";
  figure.alternative = text + ".";
  figure.csv = csv.text();
  figure.first_series = "frontier, validation";
  figure.height_px = 620;
  return figure;
}

}  // namespace minerva
