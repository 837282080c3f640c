#include "design_space_section.hpp"

#include <algorithm>

#include "minerva/design/design_fields.hpp"

namespace minerva::dse {

using json::kNotNegative;

// Found by the archives through their argument, so not in an unnamed namespace.

template <typename Archive>
void fields(Archive& archive, DesignSpaceRow& value) {
  archive("combination", value.combination);
  archive("point", value.point);
  archive("weight_bank_words", value.weight_bank_words, kNotNegative);
  archive("over_partitioned", value.over_partitioned);
  archive("cycles", value.cycles, kNotNegative);
  archive("time_us", value.time_us, kNotNegative);
  archive("energy_per_prediction_nj", value.energy_per_prediction_nj, kNotNegative);
  archive("power_mw", value.power_mw, kNotNegative);
  archive("area_mm2", value.area_mm2, kNotNegative);
  archive("weight_memory_mm2", value.weight_memory_mm2, kNotNegative);
  archive("within_constraints", value.within_constraints);
  archive("on_frontier", value.on_frontier);
  archive("chosen", value.chosen);
  archive("verified", value.verified);
  archive("differences", value.differences, kNotNegative);
  archive("dynamic_mw", value.dynamic_mw, kNotNegative);
  archive("leakage_mw", value.leakage_mw, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, SkippedCombinations& value) {
  archive("rule", value.rule);
  archive("combinations", value.combinations, kNotNegative);
}

template <typename Archive>
void fields(Archive& archive, DesignSpaceSection& value) {
  archive("topology", value.topology);
  archive("search", value.search);
  archive("combinations", value.combinations, kNotNegative);
  archive("looked_at", value.looked_at, kNotNegative);
  archive("legal", value.legal, kNotNegative);
  archive("within_constraints", value.within_constraints, kNotNegative);
  archive("skipped", value.skipped);
  archive("objectives", value.objectives);
  archive("constraints", value.constraints);
  archive("frontier", value.frontier);
  archive("baseline", value.baseline);
  archive("baseline_reason", value.baseline_reason);
  archive("finished", value.finished);
  archive("bend", value.bend, kNotNegative);
  archive("verification", value.verification);
  archive("power_parts", value.power_parts);
  archive("sample", value.sample);
  archive("hypervolume_ratio", value.hypervolume_ratio, kNotNegative);
  archive("exact_points", value.exact_points, kNotNegative);
  archive("exact_points_found", value.exact_points_found, kNotNegative);
}

namespace {

/// A row has the power of every part or of none.
void check_parts(const DesignSpaceRow& row, std::size_t parts, const json::Place& place) {
  const auto check = [&](const char* name, const std::vector<double>& power_mw) {
    if (power_mw.empty() || power_mw.size() == parts) return;
    throw UserError(place.member(name).text(), std::to_string(power_mw.size()) + " numbers",
                    "needs one of each of the " + std::to_string(parts) + " power_parts, or none");
  };
  check("dynamic_mw", row.dynamic_mw);
  check("leakage_mw", row.leakage_mw);
  if (row.dynamic_mw.size() != row.leakage_mw.size()) {
    throw UserError(
        place.member("leakage_mw").text(), std::to_string(row.leakage_mw.size()) + " numbers",
        "needs as many as dynamic_mw, which has " + std::to_string(row.dynamic_mw.size()));
  }
}

void check_parts(const DesignSpaceSection& space, const json::Place& place) {
  const std::size_t parts = space.power_parts.size();
  const auto check_rows = [&](const char* name, const std::vector<DesignSpaceRow>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      check_parts(rows[i], parts, place.member(name).element(i));
    }
  };
  check_rows("frontier", space.frontier);
  check_rows("sample", space.sample);
  if (space.baseline) check_parts(*space.baseline, parts, place.member("baseline"));
  if (space.finished) check_parts(*space.finished, parts, place.member("finished"));
}

}  // namespace

const DesignSpaceRow* DesignSpaceSection::chosen_row() const {
  const auto on_frontier = std::find_if(frontier.begin(), frontier.end(),
                                        [](const DesignSpaceRow& row) { return row.chosen; });
  if (on_frontier != frontier.end()) return &*on_frontier;
  return baseline ? &*baseline : nullptr;
}

std::string to_json(const DesignSpaceSection& section) {
  return json::dump_line(json::write_any(section));
}

DesignSpaceSection design_space_section_from_json(const std::string& text, const std::string& file,
                                                  const std::string& path) {
  DesignSpaceSection section;
  const json::Place place{file, path};
  json::read_struct(json::parse(text, file), section, place);
  if (section.bend && static_cast<std::size_t>(*section.bend) >= section.frontier.size()) {
    throw UserError(place.member("bend").text(), std::to_string(*section.bend),
                    "needs an index of the frontier, which has " +
                        std::to_string(section.frontier.size()) + " points");
  }
  check_parts(section, place);
  return section;
}

DesignSpaceSection design_space_section(const RunSummary& summary) {
  const std::string& text = summary.section(kDseStage);
  return text.empty() ? DesignSpaceSection{}
                      : design_space_section_from_json(text, "summary", "sections.dse");
}

}  // namespace minerva::dse
