#include <cstdio>

#include "flow.hpp"
#include "minerva/app/logging.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/design_json.hpp"

// Stage 4: thresholds under which an input is skipped.
namespace minerva::flow {

void Flow::prune() {
  const Network& net = network();
  const QuantizationPlan formats = plan(false);
  const BudgetOptions& shares = options_.budget;
  const std::int64_t bound = most_wrong(shares.share_prune);
  if (!options_.thresholds_file.empty()) {
    thresholds_.reset();
    thresholds(formats);
    summary_.notes.push_back("The thresholds of " + options_.thresholds_file +
                             " were used; nothing was searched.");
  } else {
    log_info("searching thresholds: at most " + std::to_string(bound) + " of " +
             std::to_string(tuned().samples.size()) + " wrong");
    Progress progress("searching thresholds", Progress::kOpenEnded, "evaluations");
    const prune::PruneResult found = prune::search_thresholds(
        net, formats, tuned().evaluator, bound, options_.prune,
        [&](std::int64_t evaluations, const std::string&) { progress.set_done(evaluations); });
    thresholds_ = found.thresholds;
    Csv sweep({"theta", "wrong_samples", "skipped_percent_of_macs"});
    for (const prune::ThresholdPoint& p : found.sweep) {
      sweep.add({p.theta, p.wrong, p.skipped_percent});
    }
    write("pruning_sweep.csv", sweep.text());
    char text[160];
    std::snprintf(text, sizeof text,
                  "Pruning: exact zeros alone skip %.2f %% of the MACs, the thresholds %.2f %% "
                  "(goal %g %%%s).",
                  found.skipped_by_zeros_percent, found.skipped_percent,
                  options_.prune.goal_percent,
                  found.goal_reached ? "" : ", not reached within the budget");
    summary_.notes.emplace_back(text);
  }
  write("thresholds.json", thresholds_to_json(*thresholds_));
  const QuantizedNetwork pruned = quantize_network(net, formats, *thresholds_);
  const int chunk = design_point(datapath_widths(formats, net.topology())).inputs_per_cycle();
  const FixedEvaluation on_validation = validation().evaluator.evaluate(pruned, chunk);
  const FixedEvaluation on_test = test().evaluator.evaluate(pruned, chunk);
  summary_.pruning.clear();
  const auto samples = static_cast<double>(on_test.samples);
  for (std::size_t k = 0; k < pruned.layers.size(); ++k) {
    const QuantizedLayer& layer = pruned.layers[k];
    const LayerActivity& activity = on_test.activity.layers[k];
    const double inputs = samples * layer.n_in;
    summary_.pruning.push_back({static_cast<int>(k) + 1, thresholds_->theta[k], layer.theta_code,
                                100 * static_cast<double>(activity.zero_inputs) / inputs,
                                100 - 100 * static_cast<double>(activity.kept_inputs) / inputs,
                                static_cast<std::int64_t>(layer.weights.size())});
  }
  const PpaEstimate estimate = ppa(pruned, on_test.activity, {});
  StageRow row;
  row.name = "4 pruning";
  char detail[80];
  std::snprintf(detail, sizeof detail, "%.1f %% of MACs skipped (test set)",
                prune::skipped_percent(pruned, on_test.activity));
  row.detail = detail;
  add_row(3, row, static_cast<double>(on_validation.wrong), static_cast<double>(on_test.wrong),
          shares.share_prune, &estimate);
  log_info(std::string("thresholds: ") + detail);
  write_summary();
}

}  // namespace minerva::flow
