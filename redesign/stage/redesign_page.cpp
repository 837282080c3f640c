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
  report.csv_files = [](const RunSummary&, const std::string&) -> std::vector<NamedFile> {
    return {};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    dse::design_space_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::redesign
