#include "design_space_page.hpp"

#include "design_space_figures.hpp"
#include "design_space_report.hpp"
#include "machine_cells.hpp"
#include "minerva/base/text.hpp"
#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::dse {
namespace {

std::string frontier_table(const DesignSpaceSection& space) {
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
  return folded(
      "The frontier and the chosen design" +
          std::string(space.frontier.size() > kMostRows ? " (the first 1,000 points)" : ""),
      table.html("The frontier and the chosen design"));
}

}  // namespace

PageSection design_space_page(const DesignSpaceSection& space, const RunSummary& summary,
                              const SpaceLook& look) {
  PageSection section(look.id + "-section", look.short_title, look.title);
  if (!space.explored()) return section;
  std::string html = look.first.empty() ? "" : paragraph(look.first);
  html += paragraph(
      "Search: " + space.search + ". " + count_text(space.combinations) + " combinations, " +
      count_text(space.looked_at) + " looked at, " + count_text(space.legal) + " legal, " +
      count_text(space.within_constraints) + " within the constraints" +
      (space.constraints.empty() ? " (none set)" : ": " + joined(space.constraints)) + ", " +
      count_text(static_cast<std::int64_t>(space.frontier.size())) + " on the Pareto frontier of " +
      joined(space.objectives) + "; every legal design in " + look.files + ".");
  std::string skipped;
  for (const SkippedCombinations& s : space.skipped) {
    if (s.combinations == 0) continue;
    skipped += (skipped.empty() ? "" : "; ") + count_text(s.combinations) + ": " + s.rule;
  }
  if (!skipped.empty()) html += paragraph("Left out: " + skipped + ".", "soft");
  if (!space.baseline_reason.empty()) {
    html += paragraph((space.finished ? "Choice: " : "Baseline: ") + space.baseline_reason + ".");
  }
  if (space.hypervolume_ratio) html += paragraph("Search: " + comparison_text(space) + ".");
  html += paragraph("Verification: " + space.verification + ".");
  html += paragraph("Bend: " + bend_text(space) + ".");
  return section.add(html)
      .add(design_space_figures(space, summary, look))
      .add(frontier_table(space));
}

}  // namespace minerva::dse
