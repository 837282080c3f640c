#include "quantize_report.hpp"

#include "quantize_csv.hpp"
#include "quantize_page.hpp"
#include "quantize_section.hpp"

namespace minerva::quantize {
namespace {

/// The section of a text; an empty text is that of a stage that did not run.
QuantizeSection section_of(const std::string& text) {
  return text.empty() ? QuantizeSection{}
                      : quantize_section_from_json(text, "summary", "sections.quantize");
}

}  // namespace

StageReport quantize_report() {
  StageReport report;
  report.stage = kQuantizeStage;
  report.csv_names = {"formats.csv", "format_curve.csv", "saturation.csv"};
  report.csv_files = [](const RunSummary&, const std::string& text) -> std::vector<NamedFile> {
    const QuantizeSection section = section_of(text);
    return {{"formats.csv", formats_csv(section)},
            {"format_curve.csv", format_curve_csv(section)},
            {"saturation.csv", saturation_csv(section)}};
  };
  report.page_sections = [](const RunSummary& summary,
                            const std::string& text) -> std::vector<PageSection> {
    return {formats_page(summary, section_of(text))};
  };
  report.check = [](const std::string& text, const std::string& file, const std::string& path) {
    quantize_section_from_json(text, file, path);
  };
  return report;
}

}  // namespace minerva::quantize
