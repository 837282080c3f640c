#include "dse_report.hpp"

#include "design_space_page.hpp"
#include "design_space_report.hpp"
#include "design_space_section.hpp"

namespace minerva::dse {
namespace {

/// The section of a text; an empty text is that of a stage that did not run.
DesignSpaceSection section_of(const std::string& text) {
  return text.empty() ? DesignSpaceSection{}
                      : design_space_section_from_json(text, "summary", "sections.dse");
}

}  // namespace

StageReport dse_report() {
  StageReport report;
  report.stage = kDseStage;
  report.csv_names = {"frontier.csv"};
  report.csv_files = [](const RunSummary&, const std::string& text) -> std::vector<NamedFile> {
    const DesignSpaceSection section = section_of(text);
    return {{"frontier.csv", frontier_csv(section)}};
  };
  report.page_sections = [](const RunSummary& summary,
                            const std::string& text) -> std::vector<PageSection> {
    return {design_space_page(section_of(text), summary)};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    design_space_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::dse
