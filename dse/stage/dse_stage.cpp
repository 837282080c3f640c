#include "dse_stage.hpp"

#include <algorithm>

#include "design_point_work.hpp"
#include "design_space_file.hpp"
#include "design_space_report.hpp"
#include "design_space_section.hpp"
#include "dse_report.hpp"
#include "dse_settings.hpp"
#include "exploration.hpp"
#include "machines_ahead.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/verify_points.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/dse/search.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/logging.hpp"
#include "problem_text.hpp"

// Stage 2: the design space, its frontier and the accelerator before optimization.
namespace minerva::dse {

using flow::RunContext;

namespace {

constexpr const char* kSpaceFile = "design_space.csv";
const VerifiedSpace kVerified = {"frontier and baseline", "the baseline"};

/// [design] names a point, and the rule takes another.
void warn_of_unused_point(const DesignPoint& named) {
  if (named == flow::default_design_point()) return;
  log_warning(
      "the point in [design] is not used: dse.baseline = rule chooses one; needs dse.baseline = "
      "named");
}

Problem exploration_problem(const DseStage& stage, RunContext& run) {
  return exploration_problem(stage, run, run.graph());
}

Exploration join_explored(const DseStage& stage, RunContext& run, const Problem& problem,
                          const Grid& grid) {
  DesignSpaceFile::remove_unfinished(run.directory()->folder(), kSpaceFile);
  DesignSpaceFile file(run.directory()->folder(), kSpaceFile, "",
                       design_space_csv_names(further_knobs(stage.space)));
  stage.explored->rows([&](const std::string& rows) {
    throw_if_interrupted();
    file.write(rows);
  });
  Exploration found = joined_exploration(problem, grid, stage.explored->ranges);
  file.finish();
  return found;
}

std::vector<ExploredPoint> explore_space(const DseStage& stage, RunContext& run,
                                         const Problem& problem, DesignSpaceSection& space) {
  const Space space_of_technology = answered_space(stage, run);
  const Grid grid(space_of_technology, problem.hardware(), run.technology());
  const Exploration found =
      stage.explored ? join_explored(stage, run, problem, grid)
                     : explore_to_file(stage, run, problem, space_of_technology, {kSpaceFile, ""});
  run.wrote(kSpaceFile);
  log_info("explored " + std::to_string(found.legal) + " designs, " +
           std::to_string(found.frontier.size()) + " on the frontier");
  space = summarized(problem, found);
  space.search = search_text(stage.search);
  if (stage.compare_exhaustive) {
    const Exploration exact = explore(problem, grid, run.threads());
    const FrontierComparison comparison =
        compare_frontiers(found.frontier, exact.frontier, problem.objectives);
    space.hypervolume_ratio = comparison.hypervolume_ratio;
    space.exact_points = static_cast<std::int64_t>(comparison.points_exact);
    space.exact_points_found = static_cast<std::int64_t>(comparison.points_found);
  }
  return found.frontier;
}

/// Chooses the baseline and marks it in the section; returns it as asked for, with the multiplier
/// stages open where narrower signals may need fewer. Where the rule admits no machine, the section
/// says why and has none.
DesignPoint choose_design(const DseStage& stage, RunContext& run,
                          const std::vector<ExploredPoint>& frontier, const Problem& problem,
                          DesignSpaceSection& space) {
  DesignPoint asked;
  if (stage.baseline == BaselineChoice::rule) {
    warn_of_unused_point(run.options().point);
    const Baseline chosen = choose_baseline(frontier, stage.baseline_rule);
    space.baseline_reason = chosen.reason;
    if (!chosen.index) {
      log_warning("baseline: " + chosen.reason);
      run.note("Baseline: " + chosen.reason);
      return run.design().point;
    }
    space.frontier[*chosen.index].chosen = true;
    asked = frontier[*chosen.index].point;
    run.write("design_point.json", design_point_to_json(asked));
    asked.multiplier_stages = 0;  // narrower signals may need fewer
  } else {
    asked = run.design().point;
    const DesignPoint named = run.machine_point(problem.widths);
    space.baseline_reason = "named by the user, " + to_string(named);
    const auto on_frontier =
        std::find_if(space.frontier.begin(), space.frontier.end(),
                     [&](const DesignSpaceRow& row) { return row.point == named; });
    if (on_frontier != space.frontier.end()) {
      on_frontier->chosen = true;
    } else {
      PointEvaluator evaluator(problem);
      space.baseline = row_of(evaluator, 0, named, space.power_parts);
      pad_power(space);
      space.baseline->combination =
          Grid(answered_space(stage, run), problem.hardware(), run.technology()).find(named);
      space.baseline->chosen = true;
    }
    run.write("design_point.json", design_point_to_json(named));
  }
  run.note("Baseline: " + space.baseline_reason);
  return asked;
}

/// layers.csv of a baseline without a network, whose stage has no row in the report: where a
/// network of maps spends its cycles and its energy.
void write_layers(RunContext& run, const Problem& problem, const DesignPoint& baseline) {
  PointEvaluator evaluator(problem);
  run.write("layers.csv", layers_csv(evaluator.layers(baseline), evaluator.samples()));
}

Design run_exploration(const DseStage& stage, RunContext& run, Design design) {
  const bool alone = run.works_alone();
  const Problem problem = exploration_problem(stage, run);
  const LayerGraph& topology = problem.network.graph();
  const QuantizationPlan& formats = design.plan;  // those that the search of stage 3 starts from
  const int samples = run.options().verify_samples;
  if (alone) {
    run.part().title = "Design space of " + network_text(topology);
    NetworkSummary& none = run.part().network.emplace();
    none.topology = LayerGraph(topology);
    none.weights = topology.weight_count();
    none.origin = "no network, explored alone (dse.topology)";
  }
  DesignSpaceSection space;
  const std::vector<ExploredPoint> frontier = explore_space(stage, run, problem, space);
  design.point = choose_design(stage, run, frontier, problem, space);
  if (alone && !topology.is_dense_chain() && space.has_baseline()) {
    write_layers(run, problem, run.machine_point(design.point, problem.widths));
  }
  if (alone) {
    QuantizedGraph random;
    std::vector<std::vector<std::int16_t>> inputs;
    if (samples > 0) {
      random = random_network(topology, formats, stage.search.seed);
      inputs = random_inputs(random, samples, stage.search.seed);
    }
    verify_space(run, random, inputs, kVerified, space);
    run.part().section = to_json(space);
    return design;
  }
  const QuantizedGraph quantized = quantize_graph(run.network(), formats);
  verify_space(
      run, quantized,
      samples > 0 ? run.verified_inputs(quantized) : std::vector<std::vector<std::int16_t>>{},
      kVerified, space);
  run.part().section = to_json(space);
  if (!space.has_baseline()) return design;
  const DesignPoint baseline = run.machine_point(design.point, problem.widths);
  const ActivityCounting counting = counting_for(quantized.graph, baseline);
  const FixedEvaluation on_validation = run.validation().evaluator.evaluate(quantized, counting);
  const FixedEvaluation on_test = run.test().evaluator.evaluate(quantized, counting);
  const PpaEstimate estimate = run.estimate_ppa(design, quantized, on_test.activity);
  std::string detail = to_string(formats.layers.front().weight) + ", " + to_string(baseline);
  if (run.options().weight_storage == WeightStorage::rom) detail += ", weights in ROM";
  for (const Topology& other : run.options().also_for) {
    detail += ", memories also for " + to_string(other);
  }
  run.add_row(detail, static_cast<double>(on_validation.wrong), static_cast<double>(on_test.wrong),
              &estimate, &quantized);
  log_info("baseline: " + to_string(baseline));
  return design;
}

/// The point of the user's file, or of [design].
void start_exploration(RunContext& run, Design& design) {
  const std::string& file = run.options().design_file;
  design.point = file.empty() ? run.options().point : design_point_from_json(read_file(file), file);
}

bool load_exploration(const DseStage& stage, RunContext& run, Design& design) {
  if (stage.baseline != BaselineChoice::rule) return true;  // the point that it started from
  if (!run.options().design_file.empty() && !run.is_done(kDseStage)) return true;
  if (run.directory() != nullptr && !run.directory()->has("design_point.json")) {
    require_baseline(stage, run);
  }
  std::string where;
  const auto text = run.given_or_result("", kDseStage, "design_point.json", where);
  if (!text) return false;
  design.point = design_point_from_json(*text, where);
  design.point.multiplier_stages = 0;  // of other widths
  return true;
}

std::string command_text(const RunSummary& summary, const flow::RunOptions& options) {
  const DesignSpaceSection space = design_space_section(summary);
  std::string text = design_space_text(space);
  for (const std::string name :
       {"design_space.csv", "frontier.csv", "design_point.json", "layers.csv"}) {
    if (name == "design_point.json" && !space.has_baseline()) continue;
    const bool alone = summary.stages.empty();
    if (name == "layers.csv" &&
        (!space.has_baseline() || (alone && space.topology.is_dense_chain()))) {
      continue;
    }
    std::string line = name;
    line.resize(18, ' ');
    text += line + options.out + "/" + name + "\n";
  }
  return text;
}

/// Reads the options that are written as text, and checks what no single key's range can check.
void check_stage(DseStage& stage) {
  stage.objectives = parse_objectives(stage.objectives_text, "dse.objectives");
  stage.constraints = parse_constraints(stage.constraints_text, "dse.constraints");
  stage.explored_topology = LayerGraph();
  if (!stage.explored_topology_text.empty()) {
    stage.explored_topology = parse_layer_graph(stage.explored_topology_text, "dse.topology");
  }
  for (const int words : stage.space.read_ahead_words) {
    if (words == 0 || !(stage.zero_inputs_percent > 0)) continue;
    throw UserError("dse.read_ahead_words", std::to_string(words),
                    "needs dse.zero_inputs_percent = 0: cycles follow from which inputs are zero, "
                    "and not from how many");
  }
  if (stage.zero_inputs_percent > 0 && stage.explored_topology_text.empty()) {
    throw UserError("dse.zero_inputs_percent", setting_text(stage.zero_inputs_percent),
                    "needs dse.topology: a run measures the zeros of its network");
  }
  if (stage.compare_exhaustive && stage.search.method == SearchMethod::exhaustive) {
    throw UserError("dse.compare_exhaustive", "true",
                    "needs dse.search = nsga2 or random; exhaustive has nothing to compare");
  }
}

}  // namespace

flow::StageDefinition dse_stage() {
  const auto stage = std::make_shared<DseStage>();
  flow::StageDefinition definition;
  definition.id = kDseStage;
  definition.number = 2;
  definition.title = "2 baseline";
  definition.help = {"Stage 2 explores the design space and chooses the baseline on its frontier.",
                     "With dse.topology the command needs neither data nor a network.",
                     flow::sections_of_a_stage({"quantize"}),
                     {},
                     {{"minerva dse configs/flows/million.cfg",
                       "This explores a million machines without data."}}};
  definition.files = {"design_space.csv", "design_point.json", "layers.csv"};
  definition.arithmetic_version = 2;
  definition.needs = {"train"};
  definition.seed_keys = {"dse.seed"};
  definition.state = stage;
  definition.add_keys = [stage](Settings& settings) { add_dse_settings(settings, *stage); };
  definition.check = [stage](const flow::RunConfig&) { check_stage(*stage); };
  definition.start = start_exploration;
  definition.load = [stage](RunContext& run, Design& design) {
    return load_exploration(*stage, run, design);
  };
  definition.depends_on = [](RunContext& run, StageQuestion& question) {
    if (run.works_alone()) {
      run.ask_technology(question);
    } else {
      run.ask_accelerator(question);
    }
    run.ask_file(question, "design.file", run.options().design_file);
  };
  definition.run = [stage](RunContext& run, Design design) {
    return run_exploration(*stage, run, std::move(design));
  };
  definition.check_early = [stage](RunContext& run) {
    check_clock_periods(*stage, run);
    check_machines_ahead(*stage, run);
  };
  definition.check_left = [stage](const RunContext& run) { require_baseline(*stage, run); };
  definition.own_topology = [stage] { return stage->explored_topology; };
  definition.refuse_own_topology = [stage] {
    throw UserError("dse.topology", stage->explored_topology_text,
                    "needs to be empty in a run of all stages, which explores the trained network; "
                    "minerva dse explores a topology alone");
  };
  definition.remove_unfinished = [](RunContext& run) {
    DesignSpaceFile::remove_unfinished(run.directory()->folder(), kSpaceFile);
  };
  definition.report = dse_report;
  definition.command_text = command_text;
  definition.sharded_work = [](flow::WorkSetup& setup) {
    return std::make_unique<DesignPointWork>(setup);
  };
  return definition;
}

std::uint64_t combinations(RunContext& run) {
  const DseStage& stage = run.state<DseStage>();
  return Grid(answered_space(stage, run), exploration_problem(stage, run).hardware(),
              run.technology())
      .combinations();
}

ExploredRange explore_range(RunContext& run, std::uint64_t first, std::uint64_t end,
                            const std::function<void(const std::string&)>& take_rows) {
  const DseStage& stage = run.state<DseStage>();
  const Problem problem = exploration_problem(stage, run);
  const Grid grid(answered_space(stage, run), problem.hardware(), run.technology());
  Progress progress("exploring the design space", static_cast<std::int64_t>(end - first),
                    "combinations");
  RowSink sink = sink_of_rows(stage.space);
  sink.write = [&](const std::string& rows) {
    throw_if_interrupted();
    take_rows(rows);
  };
  return explore_range(problem, grid, first, end, run.threads(), sink);
}

}  // namespace minerva::dse
