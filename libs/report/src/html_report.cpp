#include <algorithm>
#include <cmath>

#include "design_space_section.hpp"
#include "fault_report.hpp"
#include "formats_section.hpp"
#include "html_page.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/report/text_table.hpp"
#include "pruning_section.hpp"
#include "summary_names.hpp"
#include "training_section.hpp"

namespace minerva {
namespace {

constexpr auto kText = HtmlTable::Align::text;
constexpr std::size_t kBarColours = 9;

std::string paragraph(const std::string& text, const char* style = "") {
  return std::string("<p") + (*style != 0 ? std::string(" class=\"") + style + "\"" : "") + ">" +
         html_escaped(text) + "</p>\n";
}

std::string heading(const std::string& text) { return "<h2>" + html_escaped(text) + "</h2>\n"; }

std::string opening(const RunSummary& s) {
  std::string html = "<h1>" + html_escaped(s.title) + "</h1>\n";
  html += paragraph((s.provenance.data_name.empty() ? "" : s.provenance.data_name + " · ") +
                        "network " + to_string(s.network.topology) + ", " +
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
    const std::vector<std::string> lines = verdicts(s);
    for (const std::string& line : lines) {
      const bool test = line.rfind("test", 0) == 0;
      const bool good = test ? last.within_test_bound() : last.within_validation_bound();
      html += paragraph("Error after all stages, " + line + ".", good ? "good" : "bad");
    }
  }
  return html;
}

std::string stage_section(const RunSummary& s) {
  if (s.stages.empty()) return "";
  HtmlTable saved({{"stage", kText},
                   {"what it settled", kText},
                   {"power, mW"},
                   {"stage before / this"},
                   {"the book's factor"},
                   {"first row / this"},
                   {"energy a prediction, nJ"},
                   {"predictions/s"},
                   {"area, mm²"}});
  HtmlTable spent({{"stage", kText},
                   {"validation wrong"},
                   {"at most"},
                   {"error, %"},
                   {"spent, samples"},
                   {"spent, sigma"},
                   {"test wrong"},
                   {"at most"},
                   {"error, %"},
                   {"spent, samples"},
                   {"spent, sigma"}});
  const auto bound = [](const std::optional<double>& wrong) {
    return wrong ? wrong_text(*wrong) : std::string();
  };
  for (const StageRow& row : s.stages) {
    if (row.power_mw > 0) {
      saved.add({row.name, row.detail, readable_number(row.power_mw),
                 factor_text(row.factor_before), row.book_factor, factor_text(row.factor_baseline),
                 readable_number(row.energy_per_prediction_nj),
                 readable_number(row.predictions_per_s, 1), readable_number(row.area_mm2)});
    }
    spent.add({row.name, wrong_text(row.validation_wrong), bound(row.bound_validation_wrong),
               fixed_text(row.validation_error_percent, 2), wrong_text(row.spent_samples),
               fixed_text(row.spent_sigmas, 2), wrong_text(row.test_wrong),
               bound(row.bound_test_wrong), fixed_text(row.test_error_percent, 2),
               wrong_text(row.spent_test_samples), fixed_text(row.spent_test_sigmas, 2)});
  }
  return heading("What each stage saves") + saved.html() +
         heading("What each stage costs in error") + spent.html();
}

std::string power_section(const RunSummary& s) {
  if (s.stages.empty()) return "";
  const std::vector<std::string> parts = power_part_names(s);
  std::vector<HtmlTable::Column> columns = {{"stage", kText}};
  std::string key;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    columns.push_back({parts[i] + ", mW"});
    key += "<span class=\"key p" + std::to_string(i % kBarColours) + "\"></span>" +
           html_escaped(parts[i]);
  }
  columns.push_back({"of it leakage, mW"});
  columns.push_back({"total, mW"});
  columns.push_back({"share of the largest total", kText});
  double largest_mw = 0;
  for (const StageRow& row : s.stages) largest_mw = std::max(largest_mw, row.power_mw);
  HtmlTable table(columns);
  for (const StageRow& row : s.stages) {
    if (row.power.empty()) continue;  // a network without an accelerator
    std::vector<std::string> cells = {row.name};
    std::string bar = "<div class=\"bar\">";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double power_mw = part_power_mw(row, parts[i]);
      cells.push_back(readable_number(power_mw));
      if (largest_mw <= 0) continue;
      bar += "<span class=\"p" + std::to_string(i % kBarColours) + "\" title=\"" +
             html_escaped(parts[i]) +
             "\" style=\"width:" + fixed_text(100 * power_mw / largest_mw, 2) + "%\"></span>";
    }
    double leakage_mw = 0;
    for (const PowerPart& part : row.power) leakage_mw += part.leakage_mw;
    cells.push_back(readable_number(leakage_mw));
    cells.push_back(readable_number(row.power_mw));
    table.add_with_html(cells, bar + "</div>");
  }
  return heading("Power by part") + "<p>" + key + "</p>\n" + table.html();
}

std::string variants_section(const RunSummary& s) {
  if (s.variants.empty()) return "";
  HtmlTable table({{"variant", kText},
                   {"what it is", kText},
                   {"power, mW"},
                   {"power / last stage"},
                   {"the book's", kText},
                   {"energy a prediction, nJ"},
                   {"area, mm²"}});
  for (const VariantRow& row : s.variants) {
    table.add({row.name, row.detail, readable_number(row.power_mw),
               factor_text(row.over_last_stage), row.book_factor,
               readable_number(row.energy_per_prediction_nj), readable_number(row.area_mm2)});
  }
  return heading("The finished machine with its weights kept otherwise") + table.html();
}

std::string verification_section(const RunSummary& s) {
  if (s.verification.empty()) return "";
  std::string html = heading("Do the models agree?");
  for (const VerificationRow& row : s.verification) {
    html += paragraph((row.agrees ? "✓ agrees: " : "✗ DIFFERS: ") + row.what +
                          (row.detail.empty() ? "" : " (" + row.detail + ")"),
                      row.agrees ? "good" : "bad");
  }
  return html;
}

std::string closing(const RunSummary& s) {
  std::string html;
  if (!s.notes.empty()) {
    html += heading("Notes") + "<ul>\n";
    for (const RunNote& note : s.notes) {
      html += "<li>" + html_escaped(note.stage + ": " + note.text) + "</li>\n";
    }
    html += "</ul>\n";
  }
  const Provenance& p = s.provenance;
  std::string seeds;
  for (const NamedSeed& seed : p.seeds) {
    seeds += (seeds.empty() ? "" : ", ") + seed.name + " " + std::to_string(seed.seed);
  }
  HtmlTable table({{"what", kText}, {"value", kText}});
  table.add({"program", "minerva " + p.version + ", " + p.compiler});
  table.add({"config.resolved.cfg, SHA-256", p.config_sha256});
  if (!p.data_name.empty()) {
    table.add({"data", p.data_name + ", " + p.data_source});
    table.add({"data, SHA-256", p.data_sha256});
  }
  if (!s.network.sha256.empty()) table.add({"network, SHA-256", s.network.sha256});
  table.add({"technology",
             p.technology_name + (p.technology_calibrated ? ", calibrated" : ", uncalibrated")});
  table.add({"technology file, SHA-256", p.technology_sha256});
  table.add({"seeds", seeds});
  return html + heading("Where the numbers come from") + table.html();
}

}  // namespace

std::string to_html(const RunSummary& summary) {
  return html_page(
      summary.title,
      opening(summary) + stage_section(summary) + power_section(summary) + noise_section(summary) +
          sweep_section(summary) + design_space_section(summary.design_space) +
          formats_section(summary) + pruning_section(summary) + faults_section(summary) +
          variants_section(summary) + verification_section(summary) + closing(summary));
}

}  // namespace minerva
