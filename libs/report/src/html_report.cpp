#include "machine_drawing.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/report/text_table.hpp"
#include "sections.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

/// Of a machine that runs batches, their size and latency.
std::string batches_text(const StageRow& row) {
  const int size = row.machine->batch_size;
  if (size == 1) return "";
  return ", in batches of " + std::to_string(size) + " that take " +
         readable_number(1e6 * size / row.predictions_per_s) + " us,";
}

/// The result in sentences to repeat: what it does, costs and errs, and then what was built.
std::string result_sentence(const RunSummary& s) {
  const StageRow& last = s.stages.back();
  std::string text = "The machine classifies " +
                     (s.provenance.data_name.empty() ? "an input" : s.provenance.data_name) + " " +
                     readable_number(last.predictions_per_s) + " times a second" +
                     batches_text(last) + " with " + readable_number(last.power_mw) + " mW";
  if (last.power_interval) text += " (" + power_interval_text(last) + ")";
  if (last.factor_baseline) {
    text += ", " + fixed_text(*last.factor_baseline, 1) + " times less power than its baseline";
  }
  text += ", and gets " + fixed_text(last.test_error_percent, 2) + " % of the test set wrong";
  if (s.network.test_samples > 0) {
    text += "; the float network gets " +
            fixed_text(100 * static_cast<double>(s.network.test_wrong) /
                           static_cast<double>(s.network.test_samples),
                       2) +
            " % wrong";
  }
  return text + ". It is built of " + machine_sentence(*last.machine) + ", and takes " +
         readable_number(last.energy_per_prediction_nj) + " nJ for a prediction.";
}

std::string opening(const RunSummary& s, const std::vector<StageReport>& reports) {
  std::string html = "<h1>" + html_escaped(s.title) + "</h1>\n";
  if (!s.stages.empty() && s.stages.back().machine) {
    html += paragraph(result_sentence(s), "result");
  }
  for (const StageReport& report : reports) {
    const std::string text =
        report.headline ? report.headline(s, s.section(report.stage)) : std::string();
    if (!text.empty()) html += paragraph(text, "result");
  }
  if (s.stages.size() > 1) {
    for (const SetVerdict& line : verdicts(s)) {
      const char* look = "soft";  // not decided, or no verdict
      if (line.verdict == Verdict::confirmed) look = "good";
      if (line.verdict == Verdict::not_confirmed) look = "bad";
      html += paragraph("Error after all stages, " + line.text + ".", look);
    }
  }
  html += paragraph("network " + network_text(s.network.topology) + ", " +
                        count_text(s.network.weights) + " weights, " + s.network.origin +
                        " · technology " + s.provenance.technology_name +
                        (s.provenance.technology_calibrated ? ", calibrated to published ratios"
                                                            : ", uncalibrated"),
                    "soft");
  if (!s.stages.empty()) html += machine_drawing(s.stages.back());
  return html;
}

}  // namespace

namespace {

std::vector<PageSection> page_sections(const RunSummary& summary,
                                       const std::vector<StageReport>& reports) {
  std::vector<PageSection> sections = {stage_section(summary), power_section(summary),
                                       layer_section(summary)};
  for (const bool background : {false, true}) {
    for (const StageReport& report : reports) {
      if (report.background != background) continue;
      for (PageSection& section : report.page_sections(summary, summary.section(report.stage))) {
        sections.push_back(std::move(section));
      }
    }
  }
  sections.push_back(verification_section(summary));
  sections.push_back(provenance_section(summary));
  return sections;
}

}  // namespace

std::string to_html(const RunSummary& summary, const std::vector<StageReport>& reports) {
  return html_page(summary.title, opening(summary, reports), page_sections(summary, reports));
}

std::vector<Figure> figures_of_page(const RunSummary& summary,
                                    const std::vector<StageReport>& reports) {
  std::vector<Figure> figures;
  for (const PageSection& section : page_sections(summary, reports)) {
    figures.insert(figures.end(), section.figures().begin(), section.figures().end());
  }
  return figures;
}

}  // namespace minerva
