#include "machines_ahead.hpp"

#include <algorithm>
#include <string>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/dse/search.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::dse {

using flow::RunContext;

namespace {

constexpr const char* kClockKey = "dse.clock_period_ns";

/// Whether the technology has figures for a clock, and its fault table counts for it.
bool answers(double period_ns, RunContext& run) {
  const Technology& technology = run.technology();
  try {
    technology.check_clock_period(period_ns, kClockKey);
  } catch (const UserError&) {
    return false;
  }
  return run.options().weight_storage == WeightStorage::rom ||
         run.options().point.streams_weights() || answers_at_clock(fault_tables(technology).front(), period_ns);
}

[[noreturn]] void refuse_without_baseline(const DseStage& stage, const std::string& reason) {
  throw UserError("dse.power_budget_mw", number_text(stage.baseline_rule.power_budget_mw),
                  "leaves no machine to optimize: baseline: " + reason);
}

/// Combinations that are explored a second time, about a second's, to know before a training of
/// hours that no machine of the space can be its baseline.
constexpr std::uint64_t kMostExploredAhead = std::uint64_t{1} << 22;

/// Before anything is trained for a machine that is not there.
void check_baseline_ahead(const DseStage& stage, RunContext& run, const Problem& problem) {
  if (!run.does_all() || stage.baseline != BaselineChoice::rule) return;
  const Grid grid(answered_space(stage, run), problem.hardware(), run.technology());
  const bool exhaustive = stage.search.method == SearchMethod::exhaustive;
  const std::uint64_t machines =
      exhaustive ? grid.combinations() : static_cast<std::uint64_t>(stage.search.evaluations);
  if (machines > kMostExploredAhead) {
    log_info("whether a machine can be the baseline is not asked before the training: " +
             std::to_string(machines) + " machines are too many");
    return;
  }
  const Exploration found = exhaustive ? explore(problem, grid, run.threads())
                                       : dse::search(problem, grid, stage.search, run.threads());
  const Baseline baseline = choose_baseline(found.frontier, stage.baseline_rule);
  if (baseline.index) return;
  refuse_without_baseline(
      stage, baseline.reason + " (minerva dse with dse.topology = " + to_string(problem.network) +
                 " writes the design space and its frontier)");
}

/// Weights from off chip leave nothing to stage 5, so a run must know of them before it explores.
void check_off_chip_ahead(const DseStage& stage, const RunContext& run) {
  if (!run.does_all() || stage.baseline == BaselineChoice::named) return;
  for (const int words : stage.space.off_chip_words) {
    if (words == 0) continue;
    throw UserError("dse.off_chip_words", std::to_string(words),
                    "needs dse.baseline = named and design.off_chip_words in a run of all stages: "
                    "what stage 5 does depends on it");
  }
  const int named = run.options().point.off_chip_words;
  if (named == 0) return;
  throw UserError("design.off_chip_words", std::to_string(named),
                  "needs dse.baseline = named in a run of all stages");
}

}  // namespace

Problem exploration_problem(const DseStage& stage, RunContext& run, const LayerGraph& graph) {
  Problem problem;
  problem.network = graph;
  problem.widths = graph_datapath_widths(graph, run.design().plan);
  // Formats of dense layers are asked of the technology, which names the key.
  if (!graph.is_dense_chain()) check_graph_plan(graph, run.design().plan, "plan");
  problem.technology = &run.technology();
  problem.weight_storage = run.options().weight_storage;
  problem.also_for.assign(run.options().also_for.begin(), run.options().also_for.end());
  problem.objectives = stage.objectives;
  problem.constraints = stage.constraints;
  problem.zero_inputs_percent = stage.zero_inputs_percent;
  return problem;
}

void require_baseline(const DseStage& stage, const RunContext& run) {
  const StageRecord* record = run.record(kDseStage);
  if (record == nullptr || record->part.section.empty()) return;
  const DesignSpaceSection space = design_space_section_from_json(record->part.section, kDseStage);
  if (!space.has_baseline()) refuse_without_baseline(stage, space.baseline_reason);
}

void check_machines_ahead(const DseStage& stage, RunContext& run) {
  const LayerGraph graph = run.graph_ahead();
  if (graph.layers() == 0) return;  // a sweep is to choose it
  const Problem problem = exploration_problem(stage, run, graph);
  // Formats that no lane can have are those of quantize.start, which names them itself.
  if (run.technology().unanswered(problem.widths, 1, false)) return;
  for (const int macs : stage.space.macs_per_lane) {
    run.technology().check_widths(
        problem.widths, macs, false,
        "quantize.start with dse.macs_per_lane = " + std::to_string(macs));
  }
  check_off_chip_ahead(stage, run);
  check_baseline_ahead(stage, run, problem);
}

Space answered_space(const DseStage& stage, RunContext& run) {
  Space space = stage.space;
  if (run.config().settings().origin(kClockKey) != Settings::kDefault) return space;
  std::vector<double>& periods = space.clock_periods_ns;
  periods.erase(std::remove_if(periods.begin(), periods.end(),
                               [&](double period_ns) { return !answers(period_ns, run); }),
                periods.end());
  if (periods.empty()) periods = stage.space.clock_periods_ns;
  return space;
}

void check_clock_periods(const DseStage& stage, RunContext& run) {
  const std::vector<double> periods = answered_space(stage, run).clock_periods_ns;
  std::vector<std::string> left_out;
  for (const double period_ns : stage.space.clock_periods_ns) {
    if (std::find(periods.begin(), periods.end(), period_ns) == periods.end()) {
      left_out.push_back(number_text(period_ns));
    }
  }
  if (!left_out.empty()) {
    log_info("clock periods of " + joined(left_out) + " ns are not explored: technology " +
             run.technology().name +
             " has no figures or no fault rates for them (dse.clock_period_ns names others)");
  }
  for (const double period_ns : periods) {
    run.technology().check_clock_period(period_ns, kClockKey);
  }
  const bool named = stage.baseline == BaselineChoice::named;
  if (named) {
    run.technology().check_clock_period(run.options().point.clock_period_ns,
                                        "design.clock_period_ns");
  }
  // A later stage lowers the supply by the fault rates; the baseline may still be a slower machine.
  if (!run.does_all() || run.options().weight_storage == WeightStorage::rom ||
      run.options().point.streams_weights()) {
    return;
  }
  const double longest = named || periods.empty()
                             ? run.options().point.clock_period_ns
                             : *std::max_element(periods.begin(), periods.end());
  check_fault_clock(fault_tables(run.technology()).front(), longest, run.technology().name,
                    named || periods.empty() ? "design.clock_period_ns" : kClockKey);
}

}  // namespace minerva::dse
