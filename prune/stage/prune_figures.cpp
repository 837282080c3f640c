#include "prune_figures.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "minerva/published/figures.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"
#include "prune_csv.hpp"

namespace minerva::prune {
namespace {

const StageRow* pruning_stage(const RunSummary& summary) {
  for (const StageRow& row : summary.stages) {
    if (row.stage == kPruneStage) return &row;
  }
  return nullptr;
}

/// A line a threshold, on an axis up to `most`. Names that would lie on each other are left out.
std::vector<Ruler> threshold_rulers(const std::vector<PruningRow>& rows, double most) {
  std::vector<Ruler> lines;
  for (const PruningRow& row : rows) {
    if (!(row.theta > 0)) continue;  // skips nothing
    const std::string layer = std::to_string(row.layer);
    const auto same = std::find_if(lines.begin(), lines.end(),
                                   [&](const Ruler& line) { return line.at == row.theta; });
    if (same == lines.end()) {
      lines.push_back({'x', row.theta, layer, "@chosen", "dotted"});
    } else {
      same->name += ", " + layer;
    }
  }
  std::sort(lines.begin(), lines.end(), [](const Ruler& a, const Ruler& b) { return a.at < b.at; });
  double before = -most;
  for (Ruler& line : lines) {
    line.name = (line.name.find(',') == std::string::npos ? "layer " : "layers ") + line.name;
    constexpr double kApart = 0.08;  // of the axis: a line of text on a phone
    if (line.at - before < kApart * most) {
      line.name.clear();
    } else {
      before = line.at;
    }
  }
  return lines;
}

Figure threshold_curve(const RunSummary& summary, const PruneSection& pruning) {
  Json error = series("line", "error",
                      {"threshold", "validation error, %", "wrong, samples", "MACs skipped, %"});
  Json skipped =
      series("line", "MACs skipped", {"threshold", "MACs skipped, %", "validation error, %"});
  for (const ThresholdCurveRow& row : pruning.threshold_curve) {
    error["data"].push_back({row.theta, row.error_percent, row.wrong, row.skipped_percent});
    skipped["data"].push_back({row.theta, row.skipped_percent, row.error_percent});
  }
  put_into_grid(error, 0);
  put_into_grid(skipped, 1);
  double most = summary.provenance.data_name == "mnist" ? published::kMnistThreshold.value : 0;
  for (const ThresholdCurveRow& row : pruning.threshold_curve) most = std::max(most, row.theta);
  for (const PruningRow& row : pruning.layers) most = std::max(most, row.theta);
  std::vector<Ruler> above = threshold_rulers(pruning.layers, most);
  std::vector<Ruler> below = above;
  for (Ruler& line : below) line.name.clear();
  const StageRow* const stage = pruning_stage(summary);
  std::optional<double> bound;
  if (stage != nullptr && stage->bound_validation_wrong && summary.network.validation_samples > 0) {
    bound = 100 * *stage->bound_validation_wrong /
            static_cast<double>(summary.network.validation_samples);
    above.push_back({'y', *bound, "bound", "@bound", "dashed"});
  }
  error["markLine"] = rulers(above);
  skipped["markLine"] = rulers(below);
  Json all = {error, skipped};
  Figure figure;
  const double skipped_by_choice = skipped_percent(pruning.layers);
  if (!pruning.layers.empty()) {
    // A threshold a layer: its share stands at their mean, weighted by the layers' weights.
    double theta = 0;
    double weights = 0;
    for (const PruningRow& row : pruning.layers) {
      theta += row.theta * static_cast<double>(row.weights);
      weights += static_cast<double>(row.weights);
    }
    if (weights > 0) {
      Json chosen =
          series("scatter", "chosen, test", {"threshold, mean over weights", "MACs skipped, %"});
      chosen["data"].push_back({theta / weights, skipped_by_choice});
      make_ring(chosen, "@chosen");
      put_into_grid(chosen, 1);
      all.push_back(chosen);
    }
  }
  if (summary.provenance.data_name == "mnist") {
    Json book = series("scatter", "the book", {"threshold", "MACs skipped, %"});
    book["data"].push_back(
        {published::kMnistThreshold.value, published::kMnistSkippedPercent.value});
    make_book_mark(book);
    put_into_grid(book, 1);
    all.push_back(book);
    figure.book = "Fig. 4.7 and Sec. 4.4.2, MNIST: threshold " +
                  readable_number(published::kMnistThreshold.value) + ", about " +
                  readable_number(published::kMnistSkippedPercent.value) +
                  " % of MACs and weight reads skipped, the error unaffected; its inputs may be "
                  "scaled otherwise.";
  } else {
    figure.book = "Fig. 4.7, for MNIST alone.";
  }
  Json no_name = axis("value", "", 0);
  no_name["axisLabel"]["show"] = false;
  Json theta = axis("value", "threshold of every layer", 1);
  for (Json* each : {&no_name, &theta}) set_range(*each, 0, most);
  Extent errors;
  for (const ThresholdCurveRow& row : pruning.threshold_curve) errors.hold(row.error_percent);
  if (bound) errors.hold(*bound);
  // Large thresholds end at guessing, tens of times the error that is of interest.
  const bool logarithmic = errors.low > 0;
  Json of_error = axis(logarithmic ? "log" : "value", "validation error, %", 0);
  if (logarithmic) {
    set_logarithmic_range(of_error, errors.low, errors.high);
  }
  Json of_skipped = axis("value", "MACs skipped, %", 1);
  set_range(of_skipped, 0, 100);
  figure.option = figure_option({{"grid", Json::array({Json::object(), Json::object()})},
                                 {"xAxis", {no_name, theta}},
                                 {"yAxis", {of_error, of_skipped}},
                                 {"series", all}});
  figure.id = "error-against-threshold";
  figure.title = "Error and skipped operations against the threshold";
  figure.caption =
      "One threshold in every layer, on validation; dotted: the thresholds that the stage chose, "
      "layer by layer. The ring is what they skip on test.";
  figure.alternative = "Chosen thresholds skip " + fixed_text(skipped_by_choice, 1) +
                       " % of MACs; the curve goes from " +
                       fixed_text(pruning.threshold_curve.front().error_percent, 2) +
                       " % error at " + readable_number(pruning.threshold_curve.front().theta) +
                       " to " + fixed_text(pruning.threshold_curve.back().error_percent, 2) +
                       " % at " + readable_number(pruning.threshold_curve.back().theta) + ".";
  figure.csv = threshold_curve_csv(pruning);
  figure.height_px = 460;
  return figure;
}

Figure histograms(const PruneSection& pruning) {
  Csv csv({"layer", "magnitude_low", "magnitude_high", "inputs", "inputs_percent", "below_theta"});
  Json all = Json::array();
  std::string text;
  double largest = 0;
  for (const PruningRow& row : pruning.layers) {
    largest = std::max(largest, row.theta);
    std::int64_t inputs = 0;
    for (const ActivationBin& bin : row.histogram) inputs += bin.count;
    if (inputs == 0) continue;
    Json line = series("line", "layer " + std::to_string(row.layer),
                       {"magnitude", "share of inputs, %", "up to", "inputs", "threshold"});
    for (const ActivationBin& bin : row.histogram) {
      const double percent = 100 * static_cast<double>(bin.count) / static_cast<double>(inputs);
      csv.add({row.layer, bin.low, bin.high, bin.count, percent, bin.high < row.theta});
      if (bin.count == 0) continue;  // has no place on a logarithmic axis
      largest = std::max(largest, bin.high);
      line["data"].push_back({bin.low, percent, bin.high > bin.low ? Json(bin.high) : Json(nullptr),
                              bin.count, row.theta});
    }
    const std::string role = "@" + std::to_string((all.size() % 9) + 1);
    paint(line, role.c_str());
    // The line of a threshold has the colour of its layer; one of 0 skips nothing.
    if (row.theta > 0) line["markLine"] = rulers({{'x', row.theta, "", role.c_str(), "dashed"}});
    text += (text.empty() ? "Layer " : "; layer ") + std::to_string(row.layer) + ": " +
            fixed_text(row.zero_percent, 1) + " % zeros, threshold " + readable_number(row.theta);
    all.push_back(line);
  }
  Figure figure;
  Json x = axis("value", "magnitude of an input");
  set_range(x, 0, largest);
  figure.option =
      figure_option({{"xAxis", x}, {"yAxis", axis("log", "share of inputs, %")}, {"series", all}});
  figure.id = "inputs-by-magnitude";
  figure.title = "Inputs of each layer by magnitude";
  figure.caption =
      "Shares of a layer's inputs over the validation set, zeros at the left end; "
      "inputs below their layer's threshold, the vertical line of its colour, are "
      "skipped. Empty bins are left out.";
  figure.alternative = text + ".";
  figure.book =
      "Fig. 4.7, MNIST: an overwhelming number of zeros and small values; its bins can "
      "only be seen in a plot.";
  figure.csv = csv.text();
  return figure;
}

}  // namespace

std::vector<Figure> pruning_figures(const RunSummary& summary, const PruneSection& pruning) {
  std::vector<Figure> figures;
  const bool any =
      std::any_of(pruning.layers.begin(), pruning.layers.end(), [](const PruningRow& row) {
        return std::any_of(row.histogram.begin(), row.histogram.end(),
                           [](const ActivationBin& bin) { return bin.count > 0; });
      });
  if (any) figures.push_back(histograms(pruning));
  if (!pruning.threshold_curve.empty()) figures.push_back(threshold_curve(summary, pruning));
  return figures;
}

}  // namespace minerva::prune
