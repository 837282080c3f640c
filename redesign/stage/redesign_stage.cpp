#include "redesign_stage.hpp"

#include <algorithm>
#include <utility>

#include "chip_in_machine.hpp"
#include "design_space_file.hpp"
#include "design_space_report.hpp"
#include "dse_stage.hpp"
#include "exploration.hpp"
#include "fault_section.hpp"
#include "faultsim_stage.hpp"
#include "machines_ahead.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/design/read_ahead.hpp"
#include "minerva/dse/baseline.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/logging.hpp"
#include "redesign_page.hpp"

// Stage 6: the design space again, of what the stages have made of the network.
namespace minerva::redesign {

using dse::DesignSpaceSection;
using dse::DseStage;
using flow::RunContext;

namespace {

constexpr const char* kSpaceFile = "redesign_space.csv";
constexpr const char* kFrontierFile = "redesign_frontier.csv";
constexpr const char* kPointFile = "redesign_point.json";
constexpr const char* kFaultsFile = "faults.json";

/// Mitigation and supply that stage 5 chose; nothing for weights in ROM or from off chip, which
/// have no stage 5.
std::optional<FaultSetting> faults_of(RunContext& run, std::string& text) {
  if (run.options().weight_storage == WeightStorage::rom || run.options().point.streams_weights()) {
    return std::nullopt;
  }
  std::string where;
  const auto found = run.given_or_result("", faultsim::kFaultsStage, kFaultsFile, where);
  if (!found) {
    throw UserError(run.directory()->path_of(kFaultsFile), "",
                    "is missing: stage 6 needs what stage 5 chose: needs minerva faults or minerva "
                    "run first");
  }
  text = *found;
  return faults_from_json(text, where);
}

void refuse_chip(const flow::RunConfig& config) {
  const std::string& map_file = config.state<faultsim::FaultStage>().map_file;
  if (map_file.empty()) return;
  throw UserError("faults.map_file", map_file,
                  "needs dse.after_stages = false and no stage 6: the chip is one machine, and the "
                  "faults of others are not known");
}

/// Clock periods of the space for which the technology knows the faults at the lowered supply.
std::vector<double> periods_with_known_faults(RunContext& run, const dse::Space& space,
                                              const SramPoint& supply) {
  if (!(supply.fault_rate > 0)) return space.clock_periods_ns;
  std::vector<double> known;
  const FaultTable table = fault_tables(run.technology()).front();
  for (const double period_ns : space.clock_periods_ns) {
    try {
      check_fault_clock(table, period_ns, run.technology().name);
      known.push_back(period_ns);
    } catch (const UserError& error) {
      run.note("Clock period " + setting_text(period_ns) + " ns is left out: " + error.what());
    }
  }
  return known;
}

/// Leaves weights from off chip out of a space whose machines have masks and a lowered supply:
/// fault maps are of memories that hold all weights.
void keep_weights_on_chip(RunContext& run, dse::Space& space) {
  if (space.off_chip_words == std::vector<int>{0}) return;
  space.off_chip_words = {0};
  run.note(
      "Weights from off chip are left out of the space: fault maps are of memories that hold "
      "all weights.");
}

/// What the activities of the machines of a space and of one point depend on.
std::vector<dse::CountedFor> counted_activities(const dse::Space& space, const DesignPoint& also) {
  std::vector<dse::CountedFor> all = {dse::counted_for(also)};
  DesignPoint point;
  for (const int macs : space.macs_per_lane) {
    for (const int weights : space.weight_bandwidths) {
      for (const int activations : space.activation_bandwidths) {
        if (weights > activations || activations > macs) continue;  // Rule, of space.hpp
        point.macs_per_lane = macs;
        point.weight_bandwidth = weights;
        point.activation_bandwidth = activations;
        for (const int tile : space.positions_per_weight) {
          point.positions_per_weight = tile;
          for (const int batch : space.batch_sizes) {
            point.batch_size = batch;
            all.push_back(dse::counted_for(point));
          }
        }
      }
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// The machines of a space and of one point that read ahead, without what their cycles do not
/// depend on.
std::vector<ReadAhead> machines_that_read_ahead(const dse::Space& space, const DesignPoint& also) {
  std::vector<ReadAhead> all;
  const auto add = [&](const DesignPoint& point) {
    const ReadAhead machine = read_ahead_of(point);
    if (!machine.on() || machine.queue_words < machine.words_per_cycle) return;
    if (std::find(all.begin(), all.end(), machine) == all.end()) all.push_back(machine);
  };
  add(also);
  DesignPoint point;
  for (const int queue : space.read_ahead_words) {
    for (const int words : space.activation_bandwidths) {
      for (const int lanes : space.lanes) {
        for (const int ports : space.write_ports) {
          point.read_ahead_words = queue;
          point.activation_bandwidth = words;
          point.lanes = lanes;
          point.write_ports = ports;
          add(point);
        }
      }
    }
  }
  return all;
}

/// Measures on the test set the cycles of machines that read ahead, for each of the fault maps with
/// which the other activities are measured.
void measure_read_ahead(RunContext& run, const QuantizedGraph& network,
                        const std::vector<ReadAhead>& machines, dse::Problem& problem) {
  if (machines.empty()) return;
  const faultsim::FaultOptions faults =
      faultsim::options_with_criterion(run.state<faultsim::FaultStage>().faults, run.technology());
  FixedEvaluator& evaluator = run.test().evaluator;
  problem.measured_ahead.resize(machines.size());
  faultsim::for_each_confirming_map(
      network, problem.supply.fault_rate, faults.maps, faults, run.threads(),
      [&](const QuantizedGraph& faulty) {
        const ActivityProfile activity = evaluator.evaluate(faulty).activity;
        const KeptInputs kept = evaluator.kept_inputs(faulty);
        const auto count = [&](std::int64_t index) {
          const auto m = static_cast<std::size_t>(index);
          ActivityProfile of_machine = activity;
          count_read_ahead(kept, machines[m], of_machine);
          problem.measured_ahead[m].read_ahead = machines[m];
          problem.measured_ahead[m] += of_machine;
        };
        for_each_index(static_cast<std::int64_t>(machines.size()), run.threads(), 1, count);
      });
}

/// Measures on the test set what every machine of the space skips, under the fault maps that stage
/// 5 measures its last row with. `network` has its thresholds and its mitigation.
void measure_activities(RunContext& run, const QuantizedGraph& network,
                        const std::vector<dse::CountedFor>& needed, dse::Problem& problem) {
  const faultsim::FaultOptions faults =
      faultsim::options_with_criterion(run.state<faultsim::FaultStage>().faults, run.technology());
  Progress progress("measuring what machines skip", static_cast<std::int64_t>(needed.size()),
                    "chunks");
  for (const dse::CountedFor& each : needed) {
    const auto [chunk, tile, batch] = each;
    DesignPoint point;
    point.macs_per_lane = point.weight_bandwidth = point.activation_bandwidth = chunk;
    point.positions_per_weight = tile;
    point.batch_size = batch;
    const ActivityCounting counting = counting_for(network.graph, point);
    FixedEvaluator& evaluator = run.test().evaluator;
    problem.measured[each] =
        problem.supply.fault_rate > 0
            ? faultsim::measure_activity(network, evaluator, problem.supply.fault_rate, faults.maps,
                                         faults, counting, run.threads())
            : evaluator.evaluate(network, counting).activity;
    progress.advance();
  }
}

/// Chooses the fastest machine within the power budget itself: what the stages were expected to
/// save is saved.
void choose_machine(const DseStage& stage, RunContext& run,
                    const std::vector<dse::ExploredPoint>& frontier, DesignSpaceSection& space) {
  dse::BaselineRule rule = stage.baseline_rule;
  rule.expected_saving = 1;
  const dse::Baseline chosen = dse::choose_baseline(frontier, rule);
  space.baseline_reason = chosen.reason;
  if (chosen.index) {
    space.frontier[*chosen.index].chosen = true;
    run.write(kPointFile, design_point_to_json(frontier[*chosen.index].point));
  } else {
    log_warning("redesign: " + chosen.reason);
  }
}

Design run_redesign(RunContext& run, Design design) {
  const DseStage& stage = run.state<DseStage>();
  QuantizedGraph network = quantize_graph(run.network(), design.plan, design.thresholds);
  std::string faults_text;
  const auto faults = faults_of(run, faults_text);
  Design finished = design;
  if (faults) {
    network.mitigation = finished.mitigation = faults->mitigation;
    finished.supply = faults->sram;
  }
  const MachineConfiguration machine = run.machine_configuration(finished, network);
  dse::Problem problem = dse::exploration_problem(stage, run, run.network().graph);
  problem.thresholds = machine.thresholds;
  problem.mitigation = machine.mitigation;
  problem.supply = finished.supply;
  dse::Space space = dse::answered_space(stage, run);
  space.clock_periods_ns = periods_with_known_faults(run, space, problem.supply);
  if (faults) keep_weights_on_chip(run, space);
  measure_activities(run, network, counted_activities(space, machine.point), problem);
  measure_read_ahead(run, network, machines_that_read_ahead(space, machine.point), problem);

  std::string depends_on = "after the stages\n";
  for (const QuestionPart& part : run.question(kRedesignStage)) {
    depends_on += part.name + " = " + part.value + "\n";
  }
  const dse::Exploration found =
      dse::explore_to_file(stage, run, problem, space, {kSpaceFile, depends_on});
  run.wrote(kSpaceFile);
  DesignSpaceSection section = dse::summarized(problem, found);
  section.search = dse::search_text(stage.search);
  dse::PointEvaluator evaluator(problem);
  section.finished = dse::row_of(evaluator, 0, machine.point, section.power_parts);
  section.finished->combination =
      dse::Grid(space, problem.hardware(), run.technology()).find(machine.point);
  choose_machine(stage, run, found.frontier, section);

  if (problem.supply.fault_rate > 0) {
    const faultsim::FaultOptions options = faultsim::options_with_criterion(
        run.state<faultsim::FaultStage>().faults, run.technology());
    faultsim::inject_faults(network, options.seed, 0, problem.supply.fault_rate, 1,
                            options.criterion);
  }
  const bool verified = run.options().verify_samples > 0;
  dse::verify_space(
      run, network,
      verified ? run.verified_inputs(network) : std::vector<std::vector<std::int16_t>>{},
      {"frontier after the stages", "the machine to build"}, section);
  run.write(kFrontierFile, dse::frontier_csv(section));
  run.part().section = to_json(section);
  run.note(choice_text(section) + ".");
  log_info(choice_text(section));
  return design;
}

std::string command_text(const RunSummary& summary, const flow::RunOptions& options) {
  const DesignSpaceSection space = dse::design_space_section_from_json(
      summary.section(kRedesignStage), "summary", "sections.redesign");
  std::string text = dse::design_space_text(space) + choice_text(space) + "\n";
  for (const char* name : {kSpaceFile, kFrontierFile, kPointFile}) {
    if (std::string(name) == kPointFile && !space.has_baseline()) continue;
    std::string line = name;
    line.resize(22, ' ');
    text += line + options.out + "/" + name + "\n";
  }
  return text;
}

}  // namespace

flow::StageDefinition redesign_stage() {
  flow::StageDefinition definition;
  definition.id = kRedesignStage;
  definition.number = 6;
  definition.title = "6 redesign";
  definition.help = {
      "Stage 6 explores the design space again, with the formats, the skipped inputs and the "
      "supply of the stages before it, and says which machine to build.",
      "A run does it with dse.after_stages = true. It leaves the design of the run as it is; "
      "redesign_point.json is the machine that it chooses, which commands such as simulate and rtl "
      "take as design.file beside the run's network, plan, thresholds and faults.",
      flow::sections_of_a_stage({"quantize", "prune", "faults"}),
      {},
      {{"minerva redesign --out runs/mnist", "The run directory holds the results of stage 5."}}};
  definition.files = {kSpaceFile, kFrontierFile, kPointFile};
  definition.needs = {"train", "noise", "dse", "quantize", "prune", "sharing", "faults"};
  definition.depends_on = [](RunContext& run, StageQuestion& question) {
    run.ask_accelerator(question);
    run.ask_design_point(question);
    run.require("quantize");
    run.ask_plan(question);
    run.ask_thresholds(question);
    std::string faults;
    faults_of(run, faults);
    question.push_back({"mitigation and supply", sha256(faults.data(), faults.size()), true});
  };
  definition.run = run_redesign;
  definition.left_out = [](const RunContext& run) {
    return run.state<DseStage>().after_stages ? flow::LeftOut{}
                                              : flow::LeftOut{"dse.after_stages is false", ""};
  };
  definition.check = [](const flow::RunConfig& config) {
    if (config.state<DseStage>().after_stages) refuse_chip(config);
  };
  definition.check_alone = [](const RunContext& run) { refuse_chip(run.config()); };
  definition.remove_unfinished = [](RunContext& run) {
    dse::DesignSpaceFile::remove_unfinished(run.directory()->folder(), kSpaceFile);
  };
  definition.report = redesign_report;
  definition.command_text = command_text;
  return definition;
}

}  // namespace minerva::redesign
