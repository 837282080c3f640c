#include "prune_report.hpp"

#include "prune_csv.hpp"
#include "prune_page.hpp"
#include "prune_section.hpp"

namespace minerva::prune {
namespace {

/// The section of a text; an empty text is that of a stage that did not run.
PruneSection section_of(const std::string& text) {
  return text.empty() ? PruneSection{} : prune_section_from_json(text, "summary", "sections.prune");
}

}  // namespace

StageReport prune_report() {
  StageReport report;
  report.stage = kPruneStage;
  report.csv_names = {"pruning.csv", "threshold_curve.csv"};
  report.csv_files = [](const RunSummary&, const std::string& text) -> std::vector<NamedFile> {
    const PruneSection section = section_of(text);
    return {{"pruning.csv", pruning_csv(section)},
            {"threshold_curve.csv", threshold_curve_csv(section)}};
  };
  report.page_sections = [](const RunSummary& summary,
                            const std::string& text) -> std::vector<PageSection> {
    return {pruning_page(summary, section_of(text))};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    prune_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::prune
