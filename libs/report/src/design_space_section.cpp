#include "design_space_section.hpp"

#include <algorithm>

#include "html_page.hpp"
#include "log_chart.hpp"
#include "minerva/report/design_space_report.hpp"
#include "minerva/report/text_table.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

constexpr auto kText = HtmlTable::Align::text;

std::string paragraph(const std::string& text, const char* style = "") {
  return std::string("<p") + (*style != 0 ? std::string(" class=\"") + style + "\"" : "") + ">" +
         html_escaped(text) + "</p>\n";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

const DesignSpaceRow* chosen_row(const DesignSpaceSummary& space) {
  for (const DesignSpaceRow& row : space.frontier) {
    if (row.chosen) return &row;
  }
  return space.baseline ? &*space.baseline : nullptr;
}

/// Values of the frontier, by rising time.
template <typename Value>
std::vector<ChartPoint> along_time(const DesignSpaceSummary& space, Value value) {
  std::vector<ChartPoint> points;
  for (const DesignSpaceRow& row : space.frontier) points.push_back({row.time_us, value(row)});
  std::sort(points.begin(), points.end(), [](const ChartPoint& a, const ChartPoint& b) {
    return a.x != b.x ? a.x < b.x : a.y < b.y;
  });
  return points;
}

std::vector<ChartSeries> chosen_series(const DesignSpaceSummary& space, double y) {
  const DesignSpaceRow* chosen = chosen_row(space);
  if (chosen == nullptr) return {};
  return {{"baseline", ChartSeries::Mark::ring, "var(--bad)", {{chosen->time_us, y}}}};
}

std::string figures(const DesignSpaceSummary& space) {
  const auto power = [](const DesignSpaceRow& row) { return row.power_mw; };
  const auto energy = [](const DesignSpaceRow& row) { return row.energy_per_prediction_nj; };
  const auto area = [](const DesignSpaceRow& row) { return row.area_mm2; };
  const auto weight_memory = [](const DesignSpaceRow& row) { return row.weight_memory_mm2; };
  // A frontier of other objectives is no curve in these planes.
  const bool curve = space.objectives.size() == 2 &&
                     std::count(space.objectives.begin(), space.objectives.end(), "time_us") == 1 &&
                     std::count(space.objectives.begin(), space.objectives.end(), "power_mw") == 1;
  const auto curve_or_dots = curve ? ChartSeries::Mark::line : ChartSeries::Mark::dots;
  const char* const time = "time of a prediction, us";
  const DesignSpaceRow* chosen = chosen_row(space);
  std::vector<ChartBorder> bend;
  if (space.bend) {
    bend.push_back({space.frontier[static_cast<std::size_t>(*space.bend)].time_us,
                    "bend: weight banks below the smallest macro"});
  }
  const auto chart = [&](const char* name, std::vector<ChartSeries> series, ChartSeries::Mark mark,
                         auto value, const std::vector<ChartBorder>& borders) {
    series.push_back({"frontier", mark, "var(--p1)", along_time(space, value)});
    if (chosen != nullptr) {
      for (const ChartSeries& s : chosen_series(space, value(*chosen))) series.push_back(s);
    }
    return log_chart(time, name, series, borders);
  };
  std::vector<ChartPoint> sample;
  for (std::size_t i = 0; i < space.sample_time_us.size() && i < space.sample_power_mw.size();
       ++i) {
    sample.push_back({space.sample_time_us[i], space.sample_power_mw[i]});
  }
  const std::string drawn = static_cast<std::int64_t>(sample.size()) == space.legal
                                ? "All " + count_text(space.legal) + " legal designs are drawn."
                                : "Of " + count_text(space.legal) + " legal designs " +
                                      count_text(static_cast<std::int64_t>(sample.size())) +
                                      ", evenly picked, are drawn.";
  return chart("power, mW",
               {{"legal designs", ChartSeries::Mark::dots, "var(--p0)", std::move(sample)}},
               curve_or_dots, power, {}) +
         paragraph("Power against time, both logarithmic (book, Fig. 4.4b). " + drawn, "soft") +
         chart("energy of a prediction, nJ", {}, ChartSeries::Mark::dots, energy, bend) +
         chart("area, mm²",
               {{"of it weight memory", ChartSeries::Mark::dots, "var(--p2)",
                 along_time(space, weight_memory)}},
               ChartSeries::Mark::dots, area, bend) +
         paragraph(
             "Energy and area of the frontier's designs against time (book, Fig. 4.4c). Bend: " +
                 bend_text(space) + ".",
             "soft");
}

std::string frontier_table(const DesignSpaceSummary& space) {
  HtmlTable table({{"lanes"},
                   {"MACs a lane"},
                   {"weight words a cycle and lane"},
                   {"activation words a cycle"},
                   {"write ports"},
                   {"weight banks a lane"},
                   {"activation banks"},
                   {"multiplier stages"},
                   {"clock, ns"},
                   {"words a weight bank"},
                   {"cycles"},
                   {"predictions/s"},
                   {"energy, nJ"},
                   {"power, mW"},
                   {"area, mm²"},
                   {"of it weight memory, mm²"},
                   {"chosen", kText},
                   {"SystemC", kText}});
  const auto add = [&](const DesignSpaceRow& row) {
    std::vector<std::string> cells = machine_cells(row);
    cells.insert(cells.end(), {count_text(row.cycles), readable_number(row.predictions_per_s(), 1),
                               readable_number(row.energy_per_prediction_nj),
                               readable_number(row.power_mw), readable_number(row.area_mm2),
                               readable_number(row.weight_memory_mm2), row.chosen ? "yes" : "",
                               row.verified          ? "equal"
                               : row.differences > 0 ? "DIFFERS"
                                                     : "not run"});
    table.add(cells, row.chosen);
  };
  // A frontier of many objectives may have thousands of points; frontier.csv has all.
  constexpr std::size_t kMostRows = 1000;
  for (std::size_t i = 0; i < space.frontier.size() && i < kMostRows; ++i) add(space.frontier[i]);
  if (space.baseline) add(*space.baseline);
  return "<details><summary>The frontier and the chosen design" +
         std::string(space.frontier.size() > kMostRows ? " (the first 1,000 points)" : "") +
         "</summary>\n" + table.html() + "</details>\n";
}

}  // namespace

std::string design_space_section(const DesignSpaceSummary& space) {
  if (!space.explored()) return "";
  std::string html = "<h2>Design space</h2>\n";
  html += paragraph("Search: " + space.search + ". " + count_text(space.combinations) +
                    " combinations, " + count_text(space.looked_at) + " looked at, " +
                    count_text(space.legal) + " legal, " + count_text(space.within_constraints) +
                    " within the constraints" +
                    (space.constraints.empty() ? " (none set)" : ": " + joined(space.constraints)) +
                    ", " + count_text(static_cast<std::int64_t>(space.frontier.size())) +
                    " on the Pareto frontier of " + joined(space.objectives) +
                    "; every legal design in design_space.csv, the frontier in frontier.csv.");
  std::string skipped;
  for (const SkippedCombinations& s : space.skipped) {
    if (s.combinations == 0) continue;
    skipped += (skipped.empty() ? "" : "; ") + count_text(s.combinations) + ": " + s.rule;
  }
  if (!skipped.empty()) html += paragraph("Left out: " + skipped + ".", "soft");
  if (!space.baseline_reason.empty()) html += paragraph("Baseline: " + space.baseline_reason + ".");
  if (space.hypervolume_ratio) html += paragraph("Search: " + comparison_text(space) + ".");
  html += paragraph("Verification: " + space.verification + ".");
  return html + figures(space) + frontier_table(space);
}

}  // namespace minerva
