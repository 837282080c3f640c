#include "training_report.hpp"

#include "training_csv.hpp"
#include "training_page.hpp"
#include "training_section.hpp"

namespace minerva::training {
namespace {

/// The section of a text; an empty text is that of a stage that did not run.
TrainingSection training_of(const std::string& text) {
  return text.empty() ? TrainingSection{}
                      : training_section_from_json(text, "summary", "sections.train");
}

/// The section of a text; an empty text is that of a stage that did not run.
NoiseSection noise_of(const std::string& text) {
  return text.empty() ? NoiseSection{} : noise_section_from_json(text, "summary", "sections.noise");
}

}  // namespace

StageReport train_report() {
  StageReport report;
  report.stage = kTrainStage;
  report.background = true;
  report.csv_names = {"sweep.csv"};
  report.csv_files = [](const RunSummary&, const std::string& text) -> std::vector<NamedFile> {
    const TrainingSection section = training_of(text);
    return {{"sweep.csv", sweep_csv(section)}};
  };
  report.page_sections = [](const RunSummary& summary,
                            const std::string& text) -> std::vector<PageSection> {
    return {sweep_page(summary, training_of(text))};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    training_section_from_json(text, file, path);
  };
  return report;
}

StageReport noise_report() {
  StageReport report;
  report.stage = kNoiseStage;
  report.background = true;
  report.csv_names = {"noise.csv"};
  report.csv_files = [](const RunSummary&, const std::string& text) -> std::vector<NamedFile> {
    const NoiseSection section = noise_of(text);
    return {{"noise.csv", noise_csv(section.noise)}};
  };
  report.page_sections = [](const RunSummary& summary,
                            const std::string& text) -> std::vector<PageSection> {
    return {noise_page(summary, noise_of(text).noise)};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    noise_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::training
