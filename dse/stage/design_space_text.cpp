#include <algorithm>

#include "design_space_report.hpp"
#include "machine_cells.hpp"
#include "minerva/base/text.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::dse {
namespace {

bool is_bend(const DesignSpaceSection& space, std::size_t i) {
  return space.bend && static_cast<std::size_t>(*space.bend) == i;
}

/// The frontier's indices, or `most` of them: what is marked, both ends, and evenly between them.
std::vector<std::size_t> picked(const DesignSpaceSection& space, std::size_t most) {
  const std::size_t size = space.frontier.size();
  std::vector<bool> shown(size, size <= most);
  if (size > most) {
    std::size_t even = std::max<std::size_t>(most, 4);
    for (std::size_t i = 0; i < size; ++i) {
      if (!space.frontier[i].chosen && !is_bend(space, i)) continue;
      shown[i] = true;
      --even;
    }
    for (std::size_t k = 0; k < even; ++k) shown[k * (size - 1) / (even - 1)] = true;
  }
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < size; ++i) {
    if (shown[i]) indices.push_back(i);
  }
  return indices;
}

}  // namespace

std::string design_space_text(const DesignSpaceSection& space, std::size_t most_rows) {
  std::string text = "design space of " + network_text(space.topology) + ", " + space.search + "\n";
  text += count_text(space.combinations) + " combinations";
  if (space.looked_at != space.combinations) text += ", " + count_text(space.looked_at) + " drawn";
  text +=
      ", " + count_text(space.legal) + " legal machines, " + count_text(space.within_constraints) +
      " within the constraints" +
      (space.constraints.empty() ? " (none set)" : " (" + joined(space.constraints, ", ") + ")") +
      ", " + count_text(static_cast<std::int64_t>(space.frontier.size())) + " on the frontier of " +
      joined(space.objectives, ", ") + "\n";
  for (const SkippedCombinations& s : space.skipped) {
    if (s.combinations > 0)
      text += "left out: " + count_text(s.combinations) + ", " + s.rule + "\n";
  }
  TextTable table({"lanes", "MACs\na lane", "W words\n/cycle", "X words\n/cycle", "write\nports",
                   "W\nbanks", "X\nbanks", "stages", "clock\nns", "words a\nW bank", "time\nus",
                   "predic-\ntions/s", "energy\nnJ", "power\nmW", "area\nmm2", "of it W\nmemory",
                   ""});
  const auto add = [&](const DesignSpaceRow& row, const std::string& mark) {
    std::vector<std::string> cells = machine_cells(row);
    cells.insert(cells.end(),
                 {readable_number(row.time_us), readable_number(row.predictions_per_s(), 1),
                  readable_number(row.energy_per_prediction_nj), readable_number(row.power_mw),
                  readable_number(row.area_mm2), readable_number(row.weight_memory_mm2), mark});
    table.add(cells);
  };
  const std::vector<std::size_t> rows = picked(space, most_rows);
  for (const std::size_t i : rows) {
    const bool bend = is_bend(space, i);
    add(space.frontier[i], std::string(space.frontier[i].chosen ? "baseline" : "") +
                               (space.frontier[i].chosen && bend ? ", " : "") +
                               (bend ? "bend" : ""));
  }
  if (space.baseline) add(*space.baseline, "baseline");
  text += "\n" + table.text() + "\n";
  if (rows.size() < space.frontier.size()) {
    text += count_text(static_cast<std::int64_t>(rows.size())) + " of " +
            count_text(static_cast<std::int64_t>(space.frontier.size())) +
            " frontier points shown; all in frontier.csv\n";
  }
  if (!space.baseline_reason.empty()) text += "baseline: " + space.baseline_reason + "\n";
  text += "bend: " + bend_text(space) + "\n";
  text += "verification: " + space.verification + "\n";
  if (space.hypervolume_ratio) text += "search: " + comparison_text(space) + "\n";
  return text;
}

std::string bend_text(const DesignSpaceSection& space) {
  if (!space.bend) return "no frontier point has weight banks below the smallest macro";
  const DesignSpaceRow& row = space.frontier[static_cast<std::size_t>(*space.bend)];
  double smallest_mm2 = row.weight_memory_mm2;
  for (const DesignSpaceRow& other : space.frontier) {
    smallest_mm2 = std::min(smallest_mm2, other.weight_memory_mm2);
  }
  return "at " + readable_number(row.time_us) +
         " us, going to faster designs, the first weight banks (" +
         count_text(row.weight_bank_words) +
         " words) are below the smallest macro; weight memory " +
         readable_number(row.weight_memory_mm2) + " mm2, least on the frontier " +
         readable_number(smallest_mm2) + " mm2";
}

std::string comparison_text(const DesignSpaceSection& space) {
  return "hypervolume " + readable_number(*space.hypervolume_ratio, 5) +
         " of the exhaustive frontier's, " + count_text(space.exact_points_found) + " of its " +
         count_text(space.exact_points) + " points found with " + count_text(space.legal) +
         " evaluations";
}

}  // namespace minerva::dse
