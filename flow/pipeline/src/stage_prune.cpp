#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "flow.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"

// Stage 4: thresholds under which an input is skipped.
namespace minerva::flow {

namespace {

constexpr std::int64_t kMostBins = 32;  // of the report's figure; the file has every code

/// Magnitudes of a layer's inputs: 0 alone, then bins of equal numbers of codes.
std::vector<ActivationBin> magnitude_bins(const CodeHistogram& histogram) {
  const QFormat f = histogram.format;
  const std::int64_t largest = -f.min_code();
  const std::int64_t codes_a_bin = std::max<std::int64_t>(1, (largest + kMostBins - 1) / kMostBins);
  std::vector<ActivationBin> bins = {{0, 0, 0}};
  for (std::int64_t low = 1; low <= largest; low += codes_a_bin) {
    const std::int64_t high = std::min(low + codes_a_bin - 1, largest);
    bins.push_back({static_cast<double>(low) * f.step(), static_cast<double>(high) * f.step(), 0});
  }
  for (std::size_t at = 0; at < histogram.counts.size(); ++at) {
    const std::int64_t magnitude = std::abs(f.min_code() + static_cast<std::int64_t>(at));
    const auto bin = static_cast<std::size_t>((magnitude + codes_a_bin - 1) / codes_a_bin);
    bins[bin].count += histogram.counts[at];
  }
  while (bins.size() > 1 && bins.back().count == 0) bins.pop_back();
  return bins;
}

std::string histogram_csv(const QuantizedNetwork& network,
                          const std::vector<CodeHistogram>& histograms) {
  Csv csv({"layer", "code", "value", "inputs", "skipped"});
  for (std::size_t k = 0; k < histograms.size(); ++k) {
    const QFormat f = histograms[k].format;
    for (std::size_t at = 0; at < histograms[k].counts.size(); ++at) {
      if (histograms[k].counts[at] == 0) continue;
      const std::int64_t code = f.min_code() + static_cast<std::int64_t>(at);
      csv.add({static_cast<int>(k) + 1, code, static_cast<double>(code) * f.step(),
               histograms[k].counts[at], network.layers[k].skips(static_cast<int>(code))});
    }
  }
  return csv.text();
}

/// One layer's thresholds and what they skip, counted by the events of the machine.
PruningRow pruning_row(int k, const QuantizedLayer& layer, double theta,
                       const ActivityProfile& activity, const DesignPoint& point) {
  const LayerActivity& a = activity.layers[static_cast<std::size_t>(k)];
  const SkippedInputs skipped = skipped_inputs(layer, a, activity.samples);
  const EventCounts events =
      count_events(layer.n_in, layer.n_out, k, point, a, activity.samples, layer.theta_code > 0);
  const auto inputs = static_cast<double>(activity.samples * layer.n_in);
  PruningRow row;
  row.layer = k + 1;
  row.theta = theta;
  row.theta_code = layer.theta_code;
  row.zero_percent = 100 * static_cast<double>(a.zero_inputs) / inputs;
  row.skipped_percent = 100 - 100 * static_cast<double>(a.kept_inputs) / inputs;
  row.weights = static_cast<std::int64_t>(layer.weights.size());
  row.macs = events.macs_done + events.macs_skipped;
  row.macs_skipped_by_zeros = skipped.zeros * layer.n_out;
  row.macs_skipped_by_threshold = skipped.by_threshold * layer.n_out;
  row.weight_reads_skipped = events.weight_reads_skipped;
  expects(row.macs_skipped_by_zeros + row.macs_skipped_by_threshold == events.macs_skipped,
          "prune: skipped inputs and skipped MACs differ");
  return row;
}

}  // namespace

void Flow::do_prune() {
  const Network& net = network();
  const QuantizationPlan formats = plan(false);
  const BudgetOptions& shares = options_.budget;
  const std::int64_t bound = most_wrong(shares.share_prune);
  if (!options_.thresholds_file.empty()) {
    thresholds_.reset();
    const PruningThresholds given = thresholds(formats);
    refuse_over_budget(options_.thresholds_file, quantize_network(net, formats, given));
    note("The thresholds of " + options_.thresholds_file + " were used; nothing was searched.");
  } else {
    refuse_over_budget(options_.plan_file.empty() ? "plan.json" : options_.plan_file,
                       quantize_network(net, formats));
    log_info("searching thresholds: at most " + std::to_string(bound) + " of " +
             std::to_string(tuned().samples.size()) + " wrong");
    Progress progress("searching thresholds", Progress::kOpenEnded, "evaluations");
    const prune::PruneResult found =
        prune::search_thresholds(net, formats, tuned().evaluator, bound, options_.prune,
                                 [&](std::int64_t evaluations, const std::string&) {
                                   throw_if_interrupted();
                                   progress.set_done(evaluations);
                                 });
    thresholds_ = found.thresholds;
    const auto samples = static_cast<double>(tuned().samples.size());
    for (const prune::ThresholdPoint& p : found.curve) {
      summary_.threshold_curve.push_back(
          {p.theta, p.wrong, 100 * static_cast<double>(p.wrong) / samples, p.skipped_percent});
    }
    char text[160];
    std::snprintf(text, sizeof text,
                  "Pruning: exact zeros alone skip %.2f %% of the MACs, the thresholds %.2f %% "
                  "(goal %g %%%s).",
                  found.skipped_by_zeros_percent, found.skipped_percent,
                  options_.prune.goal_percent,
                  found.goal_reached ? "" : ", not reached within the budget");
    note(text);
  }
  write("thresholds.json", thresholds_to_json(*thresholds_));
  const QuantizedNetwork pruned = quantize_network(net, formats, *thresholds_);
  const int chunk = design_point(datapath_widths(formats, net.topology())).inputs_per_cycle();
  const FixedEvaluation on_validation = validation().evaluator.evaluate(pruned, chunk);
  const FixedEvaluation on_test = test().evaluator.evaluate(pruned, chunk);
  const std::vector<CodeHistogram> histograms = validation().evaluator.code_histogram(pruned);
  write("activation_histogram.csv", histogram_csv(pruned, histograms));
  const DesignPoint point = design_point(datapath_widths(formats, net.topology()));
  for (std::size_t k = 0; k < pruned.layers.size(); ++k) {
    summary_.pruning.push_back(pruning_row(static_cast<int>(k), pruned.layers[k],
                                           thresholds_->theta[k], on_test.activity, point));
    summary_.pruning.back().histogram = magnitude_bins(histograms[k]);
  }
  const PpaEstimate estimate = ppa(pruned, on_test.activity, {});
  StageRow row;
  row.name = "4 pruning";
  char detail[80];
  std::snprintf(detail, sizeof detail, "%.1f %% of MACs skipped (test set)",
                prune::skipped_percent(pruned, on_test.activity));
  row.detail = detail;
  add_row(row, static_cast<double>(on_validation.wrong), static_cast<double>(on_test.wrong),
          &estimate);
  log_info(std::string("thresholds: ") + detail);
}

}  // namespace minerva::flow
