#include <algorithm>

#include "design_space_file.hpp"
#include "flow.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/network/quantize_network.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/dse/search.hpp"
#include "minerva/dse/verify_frontier.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/report/design_space_report.hpp"
#include "problem_text.hpp"
#include "provenance.hpp"

// Stage 2: the design space, its frontier and the accelerator before optimization.
namespace minerva::flow {
namespace {

DesignSpaceRow row_of(const dse::ExploredPoint& p) {
  DesignSpaceRow row;
  row.combination = p.combination;
  row.point = p.point;
  row.weight_bank_words = p.weight_bank_words;
  row.over_partitioned = p.over_partitioned;
  row.cycles = p.cycles;
  row.time_us = p.time_us;
  row.energy_per_prediction_nj = p.energy_nj;
  row.power_mw = p.power_mw;
  row.area_mm2 = p.area_mm2;
  row.weight_memory_mm2 = p.weight_memory_mm2;
  row.within_constraints = p.within_constraints;
  return row;
}

/// A line of design_space.csv.
void append_row(const dse::ExploredPoint& point, std::string& text) {
  append_design_space_csv(row_of(point), text);
}

std::string search_text(const dse::SearchOptions& search) {
  std::string text = to_string(search.method);
  if (search.method == dse::SearchMethod::exhaustive) return text;
  text += ", " + std::to_string(search.evaluations) + " evaluations";
  if (search.method == dse::SearchMethod::nsga2) {
    text += ", population " + std::to_string(search.population);
  }
  return text + ", seed " + std::to_string(search.seed);
}

/// Most designs besides the frontier that the summary keeps for figures: enough to see the cloud,
/// in about a megabyte.
constexpr std::size_t kMostShown = 1000;

void set_power(DesignSpaceRow& row, std::vector<std::string>& names, const PpaEstimate& estimate) {
  names.clear();
  for (const PowerPart& part : estimate.power) {
    names.push_back(part.name);
    row.dynamic_mw.push_back(part.dynamic_mw);
    row.leakage_mw.push_back(part.leakage_mw);
  }
}

/// Totals, frontier and sample as the report has them.
DesignSpaceSummary summarized(const dse::Problem& problem, const dse::Exploration& found) {
  DesignSpaceSummary space;
  space.topology = problem.topology;
  space.combinations = static_cast<std::int64_t>(found.combinations);
  space.looked_at = static_cast<std::int64_t>(found.looked_at);
  space.legal = static_cast<std::int64_t>(found.legal);
  space.within_constraints = static_cast<std::int64_t>(found.within_constraints);
  for (std::size_t r = 0; r < dse::kRules; ++r) {
    space.skipped.push_back(
        {to_string(static_cast<dse::Rule>(r)), static_cast<std::int64_t>(found.skipped[r])});
  }
  for (const dse::Objective o : problem.objectives) space.objectives.emplace_back(to_string(o));
  for (const dse::Constraint& c : problem.constraints) space.constraints.push_back(to_string(c));
  dse::PointEvaluator evaluator(problem);
  for (const dse::ExploredPoint& p : found.frontier) {
    space.frontier.push_back(row_of(p));
    space.frontier.back().on_frontier = true;
    set_power(space.frontier.back(), space.power_parts, evaluator.estimate(p.point));
  }
  for (const dse::ExploredPoint& p : dse::picked(found.sample, kMostShown)) {
    space.sample.push_back(row_of(p));
    set_power(space.sample.back(), space.power_parts, evaluator.estimate(p.point));
  }
  if (const auto bend = dse::find_bend(found.frontier)) space.bend = static_cast<int>(*bend);
  return space;
}

/// [design] names a point, and the rule takes another.
void warn_of_unused_point(const DesignPoint& named) {
  if (named == default_design_point()) return;
  log_warning(
      "the point in [design] is not used: dse.baseline = rule chooses one; needs dse.baseline = "
      "named");
}

}  // namespace

std::vector<std::vector<std::int16_t>> Flow::verified_inputs(const QuantizedNetwork& network) {
  const Samples some = data().test.head(options_.verify_samples);
  const std::vector<std::int16_t> codes =
      input_codes(some.inputs, network.layers.front().formats.activation, network.rounding);
  std::vector<std::vector<std::int16_t>> inputs;
  const std::ptrdiff_t n_in = network.layers.front().n_in;
  for (std::ptrdiff_t s = 0; s < some.size(); ++s) {
    inputs.emplace_back(codes.begin() + s * n_in, codes.begin() + (s + 1) * n_in);
  }
  return inputs;
}

void Flow::verify(const std::string& what, const QuantizedNetwork& network,
                  const DesignPoint& point) {
  if (options_.verify_samples == 0) {
    note(what + ": not simulated in SystemC (dse.verify_samples = 0)");
    return;
  }
  const auto inputs = verified_inputs(network);
  const std::vector<std::string> differences =
      dse::verify_points(network, {point}, inputs, options_.simulation_model, 1).front();
  if (!differences.empty()) {
    throw VerificationFailure(what + " (" + to_string(point) + "): " + differences.front());
  }
  summary_.verification.push_back({what + ": SystemC = closed form = inference", true,
                                   to_string(point) + "; every cycle, count and accumulator of " +
                                       std::to_string(inputs.size()) + " predictions"});
}

QuantizationPlan Flow::start_formats(const Topology& topology) const {
  const QFormat start = options_.quantize.start;
  return uniform_plan(topology.layers(), {start, start, start}, options_.quantize.rounding);
}

dse::Problem Flow::exploration_problem() {
  dse::Problem problem;
  problem.topology = explores_alone() ? options_.explored_topology : network().topology();
  problem.widths = datapath_widths(start_formats(problem.topology), problem.topology);
  problem.technology = &technology();
  problem.weight_storage = options_.weight_storage;
  problem.also_for = options_.also_for;
  problem.objectives = options_.objectives;
  problem.constraints = options_.constraints;
  return problem;
}

std::uint64_t Flow::combinations() {
  return dse::Grid(options_.space, exploration_problem().widths, technology()).combinations();
}

dse::ExploredRange Flow::explore_range(std::uint64_t first, std::uint64_t end,
                                       const std::function<void(const std::string&)>& take_rows) {
  const dse::Problem problem = exploration_problem();
  const dse::Grid grid(options_.space, problem.widths, technology());
  Progress progress("exploring the design space", static_cast<std::int64_t>(end - first),
                    "combinations");
  dse::RowSink sink;
  sink.append = append_row;
  sink.write = [&](const std::string& rows) {
    throw_if_interrupted();
    take_rows(rows);
  };
  return dse::explore_range(problem, grid, first, end, threads_, sink);
}

dse::Exploration Flow::explore_here(const dse::Problem& problem, const dse::Grid& grid) {
  const dse::SearchOptions& search = options_.search;
  const bool exhaustive = search.method == dse::SearchMethod::exhaustive;
  const std::string question = dse::problem_text(problem, options_.space) + search_text(search) +
                               "\ntechnology " + technology_sha256_ + "\n" + program_version() +
                               "\n";
  dse::DesignSpaceFile file(directory_->path(), "design_space.csv", question,
                            design_space_csv_names());
  Progress progress(
      "exploring the design space",
      exhaustive ? static_cast<std::int64_t>(grid.combinations()) : Progress::kOpenEnded,
      "combinations");
  dse::RowSink sink;
  sink.append = append_row;
  sink.write = [&](const std::string& rows) {
    throw_if_interrupted();
    file.write(rows);
  };
  sink.checkpoint = [&](const dse::ExplorationState& state) {
    file.checkpoint(state);
    progress.set_done(static_cast<std::int64_t>(state.next));
  };
  dse::Exploration found = exhaustive ? dse::explore(problem, grid, threads_, sink, file.state())
                                      : dse::search(problem, grid, search, threads_, sink);
  file.finish();
  return found;
}

dse::Exploration Flow::join_explored(const dse::Problem& problem, const dse::Grid& grid) {
  dse::DesignSpaceFile::remove_unfinished(directory_->path(), "design_space.csv");
  dse::DesignSpaceFile file(directory_->path(), "design_space.csv", "", design_space_csv_names());
  explored_->rows([&](const std::string& rows) {
    throw_if_interrupted();
    file.write(rows);
  });
  dse::Exploration found = dse::joined_exploration(problem, grid, explored_->ranges);
  file.finish();
  return found;
}

std::vector<dse::ExploredPoint> Flow::explore_space(const dse::Problem& problem) {
  const dse::Grid grid(options_.space, problem.widths, technology());
  const dse::Exploration found =
      explored_ ? join_explored(problem, grid) : explore_here(problem, grid);
  written_.push_back({"design_space.csv", sha256_of_file(directory_->path_of("design_space.csv"))});
  log_info("explored " + std::to_string(found.legal) + " designs, " +
           std::to_string(found.frontier.size()) + " on the frontier");
  summary_.design_space = summarized(problem, found);
  summary_.design_space.search = search_text(options_.search);
  if (options_.compare_exhaustive) {
    const dse::Exploration exact = dse::explore(problem, grid, threads_);
    const dse::FrontierComparison comparison =
        dse::compare_frontiers(found.frontier, exact.frontier, problem.objectives);
    summary_.design_space.hypervolume_ratio = comparison.hypervolume_ratio;
    summary_.design_space.exact_points = static_cast<std::int64_t>(comparison.points_exact);
    summary_.design_space.exact_points_found = static_cast<std::int64_t>(comparison.points_found);
  }
  return found.frontier;
}

void Flow::choose_design(const std::vector<dse::ExploredPoint>& frontier,
                         const dse::Problem& problem) {
  DesignSpaceSummary& space = summary_.design_space;
  point_.reset();
  if (options_.baseline == Baseline::rule) {
    warn_of_unused_point(options_.point);
    const dse::Baseline chosen = dse::choose_baseline(frontier, options_.baseline_rule);
    space.frontier[chosen.index].chosen = true;
    space.baseline_reason = chosen.reason;
    DesignPoint point = frontier[chosen.index].point;
    write("design_point.json", design_point_to_json(point));
    point.multiplier_stages = 0;  // narrower signals may need fewer
    point_ = point;
  } else {
    const DesignPoint named = design_point(problem.widths);
    space.baseline_reason = "named by the user, " + to_string(named);
    const auto on_frontier =
        std::find_if(space.frontier.begin(), space.frontier.end(),
                     [&](const DesignSpaceRow& row) { return row.point == named; });
    if (on_frontier != space.frontier.end()) {
      on_frontier->chosen = true;
    } else {
      dse::PointEvaluator evaluator(problem);
      space.baseline = row_of(evaluator(0, named));
      set_power(*space.baseline, space.power_parts, evaluator.estimate(named));
      space.baseline->combination =
          dse::Grid(options_.space, problem.widths, technology()).find(named);
      space.baseline->chosen = true;
    }
    write("design_point.json", design_point_to_json(named));
  }
  note("Baseline: " + space.baseline_reason);
}

void Flow::verify_space(const QuantizedNetwork& network,
                        const std::vector<std::vector<std::int16_t>>& inputs) {
  DesignSpaceSummary& space = summary_.design_space;
  if (inputs.empty()) {
    space.verification = "switched off (dse.verify_samples = 0)";
    note("Design space: verification in SystemC is " + space.verification);
    return;
  }
  std::vector<DesignSpaceRow*> rows;
  for (DesignSpaceRow& row : space.frontier) rows.push_back(&row);
  if (space.baseline) rows.push_back(&*space.baseline);
  std::vector<DesignPoint> points;
  points.reserve(rows.size());
  for (const DesignSpaceRow* row : rows) points.push_back(row->point);
  std::vector<std::vector<std::string>> differences;
  {
    Progress progress("simulating the frontier in SystemC",
                      static_cast<std::int64_t>(points.size()), "designs");
    differences = dse::verify_points(network, points, inputs, options_.simulation_model, threads_,
                                     [&progress] {
                                       throw_if_interrupted();
                                       progress.advance();
                                     });
  }
  std::string first;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]->verified = differences[i].empty();
    rows[i]->differences = static_cast<int>(differences[i].size());
    if (first.empty() && !differences[i].empty()) {
      first = "frontier or baseline (" + to_string(points[i]) + "): " + differences[i].front();
    }
  }
  const std::string compared = "every cycle, count and accumulator of " +
                               std::to_string(inputs.size()) +
                               (inputs.size() == 1 ? " prediction each" : " predictions each") +
                               (explores_alone() ? " of a random network" : "");
  const std::string designs = std::to_string(space.frontier.size()) + " frontier designs" +
                              (space.baseline ? " and the baseline" : ", the baseline among them");
  space.verification =
      first.empty() ? designs + " agree in SystemC: " + compared : "DIFFERS: " + first;
  summary_.verification.push_back({"frontier and baseline: SystemC = closed form = inference",
                                   first.empty(),
                                   first.empty() ? designs + "; " + compared : first});
  if (first.empty()) return;
  write_summary(&summary_);  // for whoever looks for the defect; the stage does not count as done
  throw VerificationFailure(first);
}

void Flow::do_explore() {
  const bool alone = explores_alone();
  const dse::Problem problem = exploration_problem();
  const Topology& topology = problem.topology;
  const QFormat start = options_.quantize.start;
  const QuantizationPlan formats = start_formats(topology);
  if (alone) {
    summary_.title = "Design space of " + to_string(topology);
    summary_.network = {};
    summary_.network.topology = topology;
    summary_.network.weights = topology.weight_count();
    summary_.network.origin = "no network, explored alone (dse.topology)";
  }
  choose_design(explore_space(problem), problem);
  if (alone) {
    QuantizedNetwork random;
    std::vector<std::vector<std::int16_t>> inputs;
    if (options_.verify_samples > 0) {
      random = dse::random_network(topology, formats, options_.search.seed);
      inputs = dse::random_inputs(random, options_.verify_samples, options_.search.seed);
    }
    verify_space(random, inputs);
    return;
  }
  const QuantizedNetwork quantized = quantize_network(network(), formats);
  verify_space(quantized, options_.verify_samples > 0 ? verified_inputs(quantized)
                                                      : std::vector<std::vector<std::int16_t>>{});
  const DesignPoint baseline = design_point(problem.widths);
  const int chunk = baseline.inputs_per_cycle();
  const FixedEvaluation on_validation = validation().evaluator.evaluate(quantized, chunk);
  const FixedEvaluation on_test = test().evaluator.evaluate(quantized, chunk);
  const PpaEstimate estimate = ppa(quantized, on_test.activity, {});
  StageRow row;
  row.name = "2 baseline";
  row.detail = to_string(start) + ", " + to_string(baseline);
  if (options_.weight_storage == WeightStorage::rom) row.detail += ", weights in ROM";
  for (const Topology& other : options_.also_for) {
    row.detail += ", memories also for " + to_string(other);
  }
  add_row(row, static_cast<double>(on_validation.wrong), static_cast<double>(on_test.wrong),
          &estimate);
  log_info("baseline: " + to_string(baseline));
}

}  // namespace minerva::flow
