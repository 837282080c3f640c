#include "quantize_page.hpp"

#include "minerva/report/html_table.hpp"
#include "minerva/report/text_table.hpp"
#include "quantize_figures.hpp"
#include "quantize_text.hpp"

namespace minerva::quantize {
namespace {

std::string with_scale(const LayerFormats& f) {
  return formats_text(f) +
         (f.scale_exponent == 0 ? "" : ", outputs x 2^" + std::to_string(f.scale_exponent));
}

std::string formats_table(const QuantizeSection& plan) {
  std::vector<HtmlTable::Column> columns = {{"layer"}};
  std::vector<std::string> wrong = {"wrong"};
  const bool minima = plan.minima.size() == plan.searched.size();
  if (minima) {
    columns.push_back({"each signal alone: W, X, P", kText});
    wrong.push_back(std::to_string(plan.minima_joined_wrong) + " validation, joined");
  }
  columns.push_back({"layers together", kText});
  wrong.push_back(std::to_string(plan.validation_wrong) + " validation");
  std::string problems;
  for (const HardwareReading& h : plan.hardware) {
    columns.push_back(
        {std::string(h.widest == Widest::one_binary_point ? "hardware, one binary point"
                                                          : "hardware, a binary point per layer") +
             (h.chosen ? " (chosen)" : ""),
         kText});
    wrong.push_back(h.problem.empty() ? std::to_string(h.validation_wrong) + " validation, " +
                                            std::to_string(h.test_wrong) + " test"
                                      : "impossible");
    if (!h.problem.empty()) problems += paragraph(h.problem, "soft");
  }
  HtmlTable table(columns);
  for (std::size_t k = 0; k < plan.searched.size(); ++k) {
    std::vector<std::string> cells = {std::to_string(k + 1)};
    if (minima) cells.push_back(with_scale(plan.minima[k]));
    cells.push_back(with_scale(plan.searched[k]));
    for (const HardwareReading& h : plan.hardware) {
      cells.push_back(k < h.layers.size() ? with_scale(h.layers[k]) : "");
    }
    table.add(cells);
  }
  table.add(wrong, true);
  return table.html("Formats of every layer") + problems;
}

std::string curve_table(const QuantizeSection& plan) {
  if (plan.curve.empty()) return "";
  HtmlTable table({{"signal", kText},
                   {"m"},
                   {"n"},
                   {"bits of W, X and P"},
                   {"validation wrong"},
                   {"test wrong"},
                   {"divergence, validation"},
                   {"divergence, test"}});
  const auto added = [](int bits) {
    return bits == 0 ? std::string() : (bits > 0 ? "+" : "") + std::to_string(bits);
  };
  for (const FormatCurveRow& row : plan.curve) {
    table.add({row.signal, added(row.integer_bits_added), added(row.fraction_bits_added),
               std::to_string(row.datapath_bits), std::to_string(row.validation_wrong),
               std::to_string(row.test_wrong), readable_number(row.validation_divergence),
               readable_number(row.test_divergence)},
              row.integer_bits_added == 0 && row.fraction_bits_added == 0);
  }
  return folded("Error around the chosen formats",
                paragraph("One signal's bits changed in every layer, all else as chosen.", "soft") +
                    table.html("Error around the chosen formats"));
}

std::string saturation_table(const QuantizeSection& plan) {
  if (plan.saturation.empty()) return "";
  HtmlTable table({{"layer"},
                   {"accumulator, bits"},
                   {"weights at W's end"},
                   {"biases at P's end"},
                   {"inputs at X's end"},
                   {"of inputs"},
                   {"products at P's end"},
                   {"of products"}});
  for (const LayerSaturationRow& row : plan.saturation) {
    table.add({std::to_string(row.layer), std::to_string(row.accumulator_bits),
               count_text(row.weights_saturated), count_text(row.biases_saturated),
               count_text(row.inputs_saturated), count_text(row.inputs),
               count_text(row.products_saturated), count_text(row.products)});
  }
  return subheading("Accumulators and saturation") +
         paragraph("Values that rounding brought to an end of their format, in " +
                       std::to_string(plan.saturation_samples) + " predictions of the test set.",
                   "soft") +
         table.html("Accumulators and saturation");
}

}  // namespace

PageSection formats_page(const RunSummary& summary, const QuantizeSection& plan) {
  PageSection section("formats", "Formats", "Number formats");
  if (plan.searched.empty()) return section;
  return section
      .add(paragraph("Qm.n: m integer bits with the sign, n fraction bits; weights W, inputs X of "
                     "the layer, products P. Rounding of products and activations: " +
                     std::string(to_string(plan.rounding)) + "." +
                     (plan.method.empty() ? "" : " " + plan.method)) +
           formats_table(plan))
      .add(format_figures(summary, plan))
      .add(curve_table(plan) + saturation_table(plan));
}

}  // namespace minerva::quantize
