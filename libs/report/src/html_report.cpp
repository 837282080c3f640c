#include <algorithm>

#include "minerva/network/graph_text.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/report/text_table.hpp"
#include "sections.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

std::string opening(const RunSummary& s) {
  std::string html = "<h1>" + html_escaped(s.title) + "</h1>\n";
  html += paragraph((s.provenance.data_name.empty() ? "" : s.provenance.data_name + " · ") +
                        "network " + network_text(s.network.topology) + ", " +
                        count_text(s.network.weights) + " weights, " + s.network.origin +
                        " · technology " + s.provenance.technology_name +
                        (s.provenance.technology_calibrated ? ", calibrated to published ratios"
                                                            : ", uncalibrated"),
                    "soft");
  if (s.stages.size() > 1) {
    const StageRow& first = *std::find_if(s.stages.begin(), s.stages.end() - 1,
                                          [](const StageRow& row) { return row.power_mw > 0; });
    const StageRow& last = s.stages.back();
    html += paragraph(
        "Power " + readable_number(first.power_mw) + " mW to " + readable_number(last.power_mw) +
        " mW" +
        (last.factor_baseline ? ", a factor of " + fixed_text(*last.factor_baseline, 2) : "") +
        ", at " + readable_number(last.predictions_per_s, 1) + " predictions a second.");
    for (const SetVerdict& line : verdicts(s)) {
      const char* look = "soft";  // not decided, or no verdict
      if (line.verdict == Verdict::confirmed) look = "good";
      if (line.verdict == Verdict::not_confirmed) look = "bad";
      html += paragraph("Error after all stages, " + line.text + ".", look);
    }
  }
  return html;
}

}  // namespace

std::string to_html(const RunSummary& summary, const std::vector<StageReport>& reports) {
  std::vector<PageSection> sections = {stage_section(summary)};
  for (const StageReport& report : reports) {
    for (PageSection& section : report.page_sections(summary, summary.section(report.stage))) {
      sections.push_back(std::move(section));
    }
  }
  sections.push_back(power_section(summary));
  sections.push_back(verification_section(summary));
  sections.push_back(provenance_section(summary));
  return html_page(summary.title, opening(summary), sections);
}

}  // namespace minerva
