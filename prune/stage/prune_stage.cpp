#include "prune_stage.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/design/graph_counts.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/prune/threshold_search.hpp"
#include "minerva/published/figures.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"
#include "prune_report.hpp"
#include "prune_section.hpp"
#include "prune_settings.hpp"

// Stage 4: thresholds under which an input is skipped.
namespace minerva::prune {

using flow::RunContext;

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

std::string histogram_csv(const QuantizedGraph& network,
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
PruningRow pruning_row(const QuantizedGraph& network, int k, double theta,
                       const ActivityProfile& activity, const DesignPoint& point) {
  const QuantizedLayer& layer = network.layer(k);
  const GraphLayer& shape = network.graph.layer(k);
  const LayerActivity& a = activity.layers[static_cast<std::size_t>(k)];
  const std::int64_t words = window_words(network.graph, k) * activity.samples;
  const SkippedInputs skipped = skipped_inputs(words, layer.theta_code, a);
  const EventCounts events =
      graph_events(network.graph, k, activity, layer.theta_code, point.lanes);
  const int neurons = shape.channels / shape.groups;  // that an input feeds
  // Words in the padding have no product that could be spared.
  const std::int64_t in_padding = events.macs_done + events.macs_skipped - words * neurons;
  const auto inputs = static_cast<double>(words);
  PruningRow row;
  row.layer = k + 1;
  row.theta = theta;
  row.theta_code = layer.theta_code;
  row.zero_percent = 100 * static_cast<double>(a.zero_inputs) / inputs;
  row.skipped_percent = 100 - 100 * static_cast<double>(a.kept_inputs) / inputs;
  row.weights = static_cast<std::int64_t>(layer.weights.size());
  row.macs = words * neurons;
  row.macs_skipped_by_zeros = skipped.zeros * neurons;
  row.macs_skipped_by_threshold = skipped.by_threshold * neurons;
  row.weight_reads_skipped = events.weight_reads_skipped - in_padding;
  expects(
      row.macs_skipped_by_zeros + row.macs_skipped_by_threshold + in_padding == events.macs_skipped,
      "prune: skipped inputs and skipped MACs differ");
  return row;
}

/// Thresholds for a plan; throws UserError for another number of layers, and for one that its
/// layer's format cannot hold.
PruningThresholds read_thresholds(const std::string& text, const std::string& where,
                                  const QuantizationPlan& plan) {
  PruningThresholds thresholds = thresholds_from_json(text, where);
  if (thresholds.theta.size() != plan.layers.size()) {
    throw UserError(where, std::to_string(thresholds.theta.size()) + " thresholds",
                    "the network has " + std::to_string(plan.layers.size()) + " layers");
  }
  for (std::size_t k = 0; k < thresholds.theta.size(); ++k) {
    threshold_code(thresholds.theta[k], plan.layers[k].activation,
                   where + ": layer " + std::to_string(k));
  }
  return thresholds;
}

/// What zeros alone do: power without comparators and with thresholds of one step, and what those
/// skip.
PruningParts pruning_parts(RunContext& run, const Design& design,
                           const ActivityCounting& counting) {
  PruningParts parts;
  const auto on_test = [&](const PruningThresholds& thresholds, double& power_mw) {
    Design at = design;
    at.thresholds = thresholds;
    const QuantizedGraph network = quantize_graph(run.network(), design.plan, thresholds);
    const ActivityProfile activity = run.test().evaluator.evaluate(network, counting).activity;
    power_mw = run.estimate_ppa(at, network, activity).power_mw;
    return skipped_percent(network, activity);
  };
  on_test({}, parts.unpruned_mw);
  PruningThresholds one_step;
  const LayerGraph& graph = run.network().graph;
  for (int k = 0; k < graph.layers(); ++k) {
    const QFormat x = design.plan.layers[static_cast<std::size_t>(k)].activation;
    one_step.theta.push_back(graph.layer(k).has_weights() ? x.step() : 0);
  }
  parts.zeros_skipped_percent = on_test(one_step, parts.zeros_mw);
  return parts;
}

Design run_pruning(const PruneStage& stage, RunContext& run, Design design) {
  PruneSection section;
  const GraphNetwork& net = run.network();
  const QuantizationPlan& formats = design.plan;
  PruningThresholds thresholds;
  const std::int64_t bound = run.most_wrong(stage.share);
  if (!stage.thresholds_file.empty()) {
    thresholds = read_thresholds(read_file(stage.thresholds_file), stage.thresholds_file, formats);
    run.refuse_over_budget(stage.thresholds_file, quantize_graph(net, formats, thresholds));
    run.note("The thresholds of " + stage.thresholds_file + " were used; nothing was searched.");
  } else {
    const std::string& given = run.config().settings().text("quantize.plan_file");
    run.refuse_over_budget(given.empty() ? "plan.json" : given, quantize_graph(net, formats));
    log_info("searching thresholds: at most " + std::to_string(bound) + " of " +
             std::to_string(run.tuned().samples.size()) + " wrong");
    Progress progress("searching thresholds", Progress::kOpenEnded, "evaluations");
    const PruneResult found =
        search_thresholds(net, formats, run.tuned().evaluator, bound, stage.prune,
                          [&](std::int64_t evaluations, const std::string&) {
                            throw_if_interrupted();
                            progress.set_done(evaluations);
                          });
    thresholds = found.thresholds;
    const auto samples = static_cast<double>(run.tuned().samples.size());
    for (const ThresholdPoint& p : found.curve) {
      section.threshold_curve.push_back(
          {p.theta, p.wrong, 100 * static_cast<double>(p.wrong) / samples, p.skipped_percent});
    }
    char text[160];
    std::snprintf(text, sizeof text,
                  "Pruning: exact zeros alone skip %.2f %% of the MACs, the thresholds %.2f %% "
                  "(goal %.2f %%%s).",
                  found.skipped_by_zeros_percent, found.skipped_percent, found.goal_percent,
                  found.goal_reached ? "" : ", not reached within the budget");
    run.note(text);
  }
  run.write("thresholds.json", thresholds_to_json(thresholds));
  const QuantizedGraph pruned = quantize_graph(net, formats, thresholds);
  const ActivityCounting counting =
      counting_for(net.graph, run.machine_point(graph_datapath_widths(net.graph, formats)));
  const FixedEvaluation on_validation = run.validation().evaluator.evaluate(pruned, counting);
  const FixedEvaluation on_test = run.test().evaluator.evaluate(pruned, counting);
  const std::vector<CodeHistogram> histograms = run.validation().evaluator.code_histogram(pruned);
  run.write("activation_histogram.csv", histogram_csv(pruned, histograms));
  const DesignPoint point = run.machine_point(graph_datapath_widths(net.graph, formats));
  for (std::size_t k = 0; k < pruned.layers.size(); ++k) {
    if (!pruned.graph.layer(static_cast<int>(k)).has_weights()) continue;  // a pool skips nothing
    section.layers.push_back(
        pruning_row(pruned, static_cast<int>(k), thresholds.theta[k], on_test.activity, point));
    section.layers.back().histogram = magnitude_bins(histograms[k]);
  }
  design.thresholds = thresholds;
  const PpaEstimate estimate = run.estimate_ppa(design, pruned, on_test.activity);
  section.parts = pruning_parts(run, design, counting);
  section.parts.skipped_percent = skipped_percent(pruned, on_test.activity);
  section.parts.power_mw = estimate.power_mw;
  run.part().section = to_json(section);
  char detail[160];
  std::snprintf(detail, sizeof detail,
                "%.1f %% of MACs skipped (test set); exact zeros alone %.1f %%, %.2fx; thresholds "
                "beyond them %.1f %%, %.2fx",
                section.parts.skipped_percent, section.parts.zeros_skipped_percent,
                section.parts.zeros_factor(),
                section.parts.skipped_percent - section.parts.zeros_skipped_percent,
                section.parts.thresholds_factor());
  run.add_row(detail, static_cast<double>(on_validation.wrong), static_cast<double>(on_test.wrong),
              &estimate, &pruned);
  log_info(std::string("thresholds: ") + detail);
  return design;
}

/// Thresholds in the plan file count until the stage has made some, or a file of the user has.
bool load_thresholds(const PruneStage& stage, RunContext& run, Design& design) {
  const bool done = run.is_done(kPruneStage);
  if (!done && stage.thresholds_file.empty() && !design.thresholds.theta.empty()) return true;
  std::string where;
  const auto text =
      run.given_or_result(done ? "" : stage.thresholds_file, kPruneStage, "thresholds.json", where);
  if (!text) return false;
  design.thresholds = read_thresholds(*text, where, design.plan);
  return true;
}

}  // namespace

flow::StageDefinition prune_stage() {
  const auto stage = std::make_shared<PruneStage>();
  flow::StageDefinition definition;
  definition.id = kPruneStage;
  definition.number = 4;
  definition.title = "4 pruning";
  definition.help = {
      "Stage 4 chooses the thresholds below which activations are skipped.",
      "",
      flow::sections_of_a_stage({"quantize", "prune"}),
      {},
      {{"minerva prune --out runs/mnist", "The run directory holds the results of stage 3."}}};
  definition.files = {"thresholds.json", "activation_histogram.csv"};
  definition.arithmetic_version = 2;
  definition.needs = {"train", "noise", "dse", "quantize"};
  definition.state = stage;
  definition.add_keys = [stage](Settings& settings) {
    add_prune_settings(settings, *stage, stage->share);
  };
  definition.check = [stage](const flow::RunConfig&) { check_options(stage->prune); };
  definition.share = [stage] { return stage->share; };
  definition.load = [stage](RunContext& run, Design& design) {
    return load_thresholds(*stage, run, design);
  };
  definition.depends_on = [stage](RunContext& run, StageQuestion& question) {
    run.ask_accelerator(question);
    run.ask_design_point(question);
    run.require("quantize");
    run.ask_plan(question);
    run.ask_bound(question, "most wrong samples", stage->share);
    run.ask_bound(question, "most wrong samples in the end", run.final_share());
    run.ask_file(question, "prune.thresholds_file", stage->thresholds_file);
  };
  definition.report = prune_report;
  definition.run = [stage](RunContext& run, Design design) {
    return run_pruning(*stage, run, std::move(design));
  };
  // The book gives factors stage by stage for MNIST alone.
  definition.published_factor = [](const std::string& data_set) {
    return data_set == "mnist" ? std::optional<double>(published::kMnistPruningFactor.value)
                               : std::nullopt;
  };
  return definition;
}

}  // namespace minerva::prune
