#include "prune_page.hpp"

#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"
#include "prune_figures.hpp"

namespace minerva::prune {
namespace {

double percent_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::string threshold_curve_table(const PruneSection& pruning) {
  if (pruning.threshold_curve.empty()) return "";
  HtmlTable table({{"threshold"}, {"wrong"}, {"error, %"}, {"MACs skipped, %"}});
  for (const ThresholdCurveRow& row : pruning.threshold_curve) {
    table.add({readable_number(row.theta), std::to_string(row.wrong),
               fixed_text(row.error_percent, 2), fixed_text(row.skipped_percent, 1)});
  }
  return folded("The same threshold in every layer",
                table.html("The same threshold in every layer"));
}

/// Shares of a layer's inputs by magnitude.
std::string histogram_table(const PruningRow& row) {
  std::int64_t all = 0;
  for (const ActivationBin& bin : row.histogram) all += bin.count;
  HtmlTable table({{"from magnitude"}, {"to"}, {"inputs"}, {"inputs, %"}});
  for (const ActivationBin& bin : row.histogram) {
    table.add({readable_number(bin.low), readable_number(bin.high), count_text(bin.count),
               fixed_text(percent_of(bin.count, all), 2)});
  }
  const std::string name =
      "Inputs of layer " + std::to_string(row.layer) + " by magnitude, validation set";
  return folded(name, table.html(name));
}

/// The power of exact zeros, which change no output, and of thresholds beyond them (book,
/// Fig. 4.7).
std::string parts_table(const PruningParts& parts) {
  if (!(parts.power_mw > 0)) return "";
  HtmlTable table(
      {{"what is skipped", kText}, {"MACs skipped, %"}, {"power, mW"}, {"before / this"}});
  table.add({"nothing", "0.0", readable_number(parts.unpruned_mw), ""});
  table.add({"inputs that are exactly 0", fixed_text(parts.zeros_skipped_percent, 1),
             readable_number(parts.zeros_mw), factor_text(parts.zeros_factor())});
  table.add({"inputs below the thresholds", fixed_text(parts.skipped_percent, 1),
             readable_number(parts.power_mw), factor_text(parts.thresholds_factor())});
  return table.html("What exact zeros skip, and what thresholds add");
}

}  // namespace

PageSection pruning_page(const RunSummary& summary, const PruneSection& pruning) {
  PageSection section("pruning", "Pruning", "Skipped operations");
  if (pruning.layers.empty()) return section;
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
  for (const PruningRow& row : pruning.layers) {
    table.add({std::to_string(row.layer), readable_number(row.theta),
               std::to_string(row.theta_code), fixed_text(row.zero_percent, 1),
               fixed_text(row.skipped_percent, 1), count_text(row.weights), count_text(row.macs),
               count_text(row.macs_skipped_by_zeros), count_text(row.macs_skipped_by_threshold),
               count_text(row.weight_reads_skipped)});
  }
  section
      .add(paragraph(fixed_text(skipped_percent(pruning.layers), 1) +
                     " % of all weight reads and MACs are skipped on the test set.") +
           parts_table(pruning.parts) + table.html("Thresholds and what they skip"))
      .add(pruning_figures(summary, pruning))
      .add(threshold_curve_table(pruning));
  for (const PruningRow& row : pruning.layers) {
    if (!row.histogram.empty()) section.add(histogram_table(row));
  }
  return section;
}

}  // namespace minerva::prune
