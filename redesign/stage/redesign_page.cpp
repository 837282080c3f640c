#include "redesign_page.hpp"

#include "design_space_page.hpp"
#include "minerva/report/text_table.hpp"
#include "redesign_stage.hpp"

namespace minerva::redesign {
namespace {

std::string figures_text(const dse::DesignSpaceRow& row) {
  return to_string(row.point) + ", " + readable_number(row.power_mw) + " mW, " +
         readable_number(row.predictions_per_s(), 0) + " predictions/s, " +
         readable_number(row.energy_per_prediction_nj) + " nJ a prediction, " +
         readable_number(row.area_mm2) + " mm2";
}

dse::DesignSpaceSection section_of(const std::string& text) {
  return text.empty() ? dse::DesignSpaceSection{}
                      : dse::design_space_section_from_json(text, "summary", "sections.redesign");
}

/// "1.59 times as fast", or "as fast".
std::string times_text(double factor, const std::string& as) {
  const std::string text = fixed_text(factor, 2);
  return text == "1.00" ? "as " + as : text + " times as " + as;
}

/// What the reader of the result would build with all that is known by now.
std::string headline(const dse::DesignSpaceSection& space) {
  const dse::DesignSpaceRow* const chosen = space.chosen_row();
  if (chosen == nullptr) return "";
  const dse::DesignSpaceRow& finished = *space.finished;
  if (chosen->point == finished.point) {
    return "Explored again with all that the stages have saved, the same machine would be built.";
  }
  return "Explored again with all that the stages have saved, the machine to build has " +
         std::to_string(chosen->point.lanes) + " lanes of " +
         std::to_string(chosen->point.macs_per_lane) + " multipliers at " +
         readable_number(1000 / chosen->point.clock_period_ns) +
         " MHz: with the same errors it is " +
         times_text(finished.time_us / chosen->time_us, "fast") + " at " +
         readable_number(chosen->power_mw) + " mW, and a prediction takes " +
         readable_number(chosen->energy_per_prediction_nj) + " nJ.";
}

}  // namespace

std::string choice_text(const dse::DesignSpaceSection& space) {
  const dse::DesignSpaceRow* const chosen = space.chosen_row();
  const std::string finished = "the machine of the stages is " + figures_text(*space.finished);
  if (chosen == nullptr) return "No machine was chosen; " + finished;
  if (chosen->point == space.finished->point) {
    return "The machine of the stages would be built again: " + figures_text(*chosen);
  }
  return "The machine to build is " + figures_text(*chosen) + "; " + finished;
}

StageReport redesign_report() {
  StageReport report;
  report.stage = kRedesignStage;
  report.page_sections = [](const RunSummary& summary,
                            const std::string& text) -> std::vector<PageSection> {
    const dse::DesignSpaceSection space = section_of(text);
    dse::SpaceLook look;
    look.id = "redesign";
    look.cost_id = "redesign-cost";
    look.title = "Design space after the stages";
    look.short_title = "Redesign";
    look.chosen = "machine to build";
    look.state =
        "with the formats, the skipped inputs and the supply of the last stage, so that every "
        "machine makes the same errors";
    look.files = "redesign_space.csv, the frontier in redesign_frontier.csv";
    if (space.explored()) look.first = choice_text(space) + ".";
    return {dse::design_space_page(space, summary, look)};
  };
  report.headline = [](const RunSummary&, const std::string& text) {
    const dse::DesignSpaceSection space = section_of(text);
    return space.explored() ? headline(space) : std::string();
  };
  report.csv_files = [](const RunSummary&, const std::string&) -> std::vector<NamedFile> {
    return {};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    dse::design_space_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::redesign
