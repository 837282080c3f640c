#include <algorithm>

#include "measured_share.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "staged_workloads.hpp"

// The stages 2 to 4 of what a workload exports, with the error of its outputs.
namespace minerva::workloads {
namespace {

/// Products of an evaluation, of which the searches make some hundred: assumption.
constexpr std::int64_t kMacsOfEvaluation = 4000000000;
/// The engine of convolutions computes so many at once: fewer cost as much.
constexpr std::int64_t kFewestPredictions = 32;
constexpr std::int64_t kMostPredictions = 1000;
/// The measure rounds each prediction to whole units. Where a prediction may have so many, that is
/// at most a thirty-second of the budget.
constexpr std::int64_t kFewestUnits = 16;

std::int64_t predictions_of(const LayerGraph& graph, int asked) {
  if (asked > 0) return asked;
  return std::clamp(kMacsOfEvaluation / graph.mac_count(), kFewestPredictions, kMostPredictions);
}

}  // namespace

std::unique_ptr<Workload> trained(const std::string& name, const StagePlan& plan,
                                  std::uint64_t seed) {
  WorkloadOptions options = plan.options;
  options.seed = seed;
  std::unique_ptr<Workload> workload = make_workload(name, options);
  workload->setup();
  workload->next_batch();
  Progress progress(name + ", seed " + std::to_string(seed), plan.steps, "steps");
  for (int step = 0; step < plan.steps; ++step) {
    throw_if_interrupted();
    progress.set_note("loss " + readable_number(workload->train_step(), 4));
    workload->next_batch();
    progress.advance();
  }
  return workload;
}

bool has_own_error(const std::string& name) { return name == "autoenc" || name == "deepq"; }

StagesResult output_stages(const std::string& name, const StagePlan& plan,
                           const Technology& technology) {
  StagesResult result;
  result.measure = "output error, %";
  const std::unique_ptr<Workload> workload = trained(name, plan, plan.options.seed);
  const ExportedNetwork exported = exported_network(*workload);
  result.share_of_inference_time = measured_share(*workload, exported);
  result.left_out = exported.left_out;
  const GraphNetwork& network = exported.network;
  const int threads = plan.options.threads;
  const auto set = [&](HeldOutPart part) {
    const std::int64_t most = predictions_of(network.graph, plan.samples);
    return with_float_outputs(network, columns_of(*workload->held_out(part, most), most), threads);
  };
  const StagedSet tuned = set(HeldOutPart::tuning);
  const StagedSet test = set(HeldOutPart::test);
  const OutputPower tuned_power(tuned);
  const OutputPower test_power(test);
  const auto most = [&](double share) {
    return tuned_power.units_of(share * plan.output_error_percent);
  };
  LaneStages stages(network, tuned, test, technology, threads);
  result.tuned_samples = stages.tuned_samples();
  result.test_samples = stages.test_samples();
  if (most(1) < kFewestUnits * result.tuned_samples) {
    throw UserError("--output-error", readable_number(plan.output_error_percent) + " %",
                    "is too little to be measured of outputs as small as those of " + name +
                        "; more, or a network after more --steps, can be measured");
  }
  result.bound = plan.output_error_percent;
  const auto in_percent = [&](StagedRow row) {
    row.tuned_error = tuned_power.percent_of(row.tuned_error);
    row.test_error = test_power.percent_of(row.test_error);
    return row;
  };
  const auto decided = [&](StagedRow row) {
    row.detail += "; " +
                  fixed_text(100 * static_cast<double>(stages.changed_decisions()) /
                                 static_cast<double>(result.test_samples),
                             1) +
                  " % of the largest outputs changed";
    return in_percent(row);
  };
  result.rows.push_back(in_percent(stages.float_row()));
  log_info("stage 2: exploring machines");
  result.rows.push_back(decided(stages.choose_machine()));
  log_info("stage 3: searching formats");
  result.rows.push_back(decided(stages.quantize(most(kShareOfFormats / kShareOfThresholds))));
  log_info("stage 4: searching thresholds");
  result.rows.push_back(decided(stages.prune(most(1))));
  result.network = network_text(network.graph);
  return result;
}

}  // namespace minerva::workloads
