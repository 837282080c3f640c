#include "pruning_section.hpp"

#include <algorithm>

#include "html_page.hpp"
#include "minerva/report/text_table.hpp"
#include "summary_names.hpp"

namespace minerva {
namespace {

constexpr auto kText = HtmlTable::Align::text;

std::string paragraph(const std::string& text) {
  return "<p class=\"soft\">" + html_escaped(text) + "</p>\n";
}

double percent_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::string sweep_table(const RunSummary& s) {
  if (s.pruning_sweep.empty()) return "";
  HtmlTable table({{"threshold"}, {"wrong"}, {"error, %"}, {"MACs skipped, %"}, {"", kText}});
  for (const PruningSweepRow& row : s.pruning_sweep) {
    table.add_with_html({readable_number(row.theta), std::to_string(row.wrong),
                         fixed_text(row.error_percent, 2), fixed_text(row.skipped_percent, 1)},
                        "<div class=\"bar\"><span class=\"p0\" style=\"width:" +
                            fixed_text(row.skipped_percent, 2) + "%\"></span></div>");
  }
  return "<h3>The same threshold in every layer</h3>\n" + table.html();
}

/// Shares of a layer's inputs by magnitude.
std::string histogram_table(const PruningRow& row) {
  std::int64_t all = 0;
  std::int64_t most = 1;  // of the inputs that are not 0, which the bars are drawn to
  for (const ActivationBin& bin : row.histogram) {
    all += bin.count;
    if (bin.low > 0) most = std::max(most, bin.count);
  }
  HtmlTable table({{"magnitude", kText}, {"inputs, %"}, {"", kText}});
  for (const ActivationBin& bin : row.histogram) {
    const double width = std::min(100.0, percent_of(bin.count, most));
    table.add_with_html(
        {bin.low == bin.high ? readable_number(bin.low)
                             : readable_number(bin.low) + " to " + readable_number(bin.high),
         fixed_text(percent_of(bin.count, all), 2)},
        std::string("<div class=\"bar\"><span class=\"") + (bin.high < row.theta ? "p1" : "p0") +
            "\" style=\"width:" + fixed_text(width, 2) + "%\"></span></div>");
  }
  return "<details><summary>Inputs of layer " + std::to_string(row.layer) +
         " by magnitude, validation set</summary>\n" + table.html() + "</details>\n";
}

}  // namespace

std::string pruning_section(const RunSummary& s) {
  if (s.pruning.empty()) return "";
  HtmlTable table({{"layer"},
                   {"threshold"},
                   {"its code in X"},
                   {"inputs that are 0, %"},
                   {"inputs skipped, %"},
                   {"weights"},
                   {"MACs"},
                   {"skipped by exact zeros"},
                   {"by the threshold beyond zeros"},
                   {"weight reads skipped"}});
  for (const PruningRow& row : s.pruning) {
    table.add({std::to_string(row.layer), readable_number(row.theta),
               std::to_string(row.theta_code), fixed_text(row.zero_percent, 1),
               fixed_text(row.skipped_percent, 1), count_text(row.weights), count_text(row.macs),
               count_text(row.macs_skipped_by_zeros), count_text(row.macs_skipped_by_threshold),
               count_text(row.weight_reads_skipped)});
  }
  std::string html = "<h2>Skipped operations</h2>\n<p>" +
                     html_escaped(fixed_text(skipped_percent(s.pruning), 1) +
                                  " % of all weight reads and MACs are skipped on the test set.") +
                     "</p>\n" + table.html() + sweep_table(s);
  bool drawn = false;
  for (const PruningRow& row : s.pruning) {
    if (row.histogram.empty()) continue;
    if (!drawn) {
      html += "<h3>Inputs by magnitude</h3>\n" +
              paragraph(
                  "Bars are drawn to the largest bin that is not 0; the second colour lies "
                  "below the threshold.");
      drawn = true;
    }
    html += histogram_table(row);
  }
  return html;
}

}  // namespace minerva
