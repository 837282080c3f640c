#include "fault_report.hpp"

#include "fault_csv.hpp"
#include "fault_page.hpp"
#include "fault_section.hpp"

namespace minerva::faultsim {
namespace {

/// The section of a text; an empty text is that of a stage that did not run.
FaultSection section_of(const std::string& text) {
  return text.empty() ? FaultSection{}
                      : fault_section_from_json(text, "summary", "sections.faults");
}

}  // namespace

StageReport faults_report() {
  StageReport report;
  report.stage = kFaultsStage;
  report.csv_names = {"faults.csv", "fault_curves.csv", "voltage.csv"};
  report.csv_files = [](const RunSummary&, const std::string& text) -> std::vector<NamedFile> {
    const FaultSection section = section_of(text);
    return {{"faults.csv", faults_csv(section)},
            {"fault_curves.csv", fault_curves_csv(section)},
            {"voltage.csv", voltage_csv(section)}};
  };
  report.page_sections = [](const RunSummary& summary,
                            const std::string& text) -> std::vector<PageSection> {
    return {faults_page(summary, section_of(text))};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    fault_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::faultsim
