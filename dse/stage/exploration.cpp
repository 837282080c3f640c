#include "exploration.hpp"

#include "design_space_file.hpp"
#include "design_space_report.hpp"
#include "minerva/accelsim/verify_points.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/dse/baseline.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/run/logging.hpp"
#include "problem_text.hpp"

namespace minerva::dse {

using flow::RunContext;

namespace {

/// Most designs besides the frontier that the summary keeps for figures: enough to see the cloud,
/// in about a megabyte.
constexpr std::size_t kMostShown = 1000;

void set_power(DesignSpaceRow& row, std::vector<std::string>& names, const PpaEstimate& estimate) {
  if (names.size() < estimate.power.size()) names.clear();
  const bool first = names.empty();
  for (const PowerPart& part : estimate.power) {
    if (first) names.push_back(part.name);
    row.dynamic_mw.push_back(part.dynamic_mw);
    row.leakage_mw.push_back(part.leakage_mw);
  }
}

}  // namespace

std::string search_text(const SearchOptions& search) {
  std::string text = to_string(search.method);
  if (search.method == SearchMethod::exhaustive) return text;
  text += ", " + std::to_string(search.evaluations) + " evaluations";
  if (search.method == SearchMethod::nsga2) {
    text += ", population " + std::to_string(search.population);
  }
  return text + ", seed " + std::to_string(search.seed);
}

std::vector<const Knob*> further_knobs(const Space& space) {
  std::vector<const Knob*> further;
  for (const Axis& axis : axes()) {
    const Knob& k = knob(axis.knob);
    if (k.left_out && space.*axis.values != std::vector<int>{*k.left_out}) further.push_back(&k);
  }
  return further;
}

DesignSpaceRow row_of(const ExploredPoint& p) {
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

DesignSpaceRow row_of(PointEvaluator& evaluator, std::uint64_t combination,
                      const DesignPoint& point, std::vector<std::string>& power_parts) {
  DesignSpaceRow row = row_of(evaluator(combination, point));
  set_power(row, power_parts, evaluator.estimate(point));
  return row;
}

RowSink sink_of_rows(const Space& space) {
  RowSink sink;
  sink.append = [further = further_knobs(space)](const ExploredPoint& point, std::string& text) {
    append_design_space_csv(row_of(point), text, further);
  };
  return sink;
}

void pad_power(DesignSpaceSection& space) {
  const auto pad = [&](DesignSpaceRow& row) {
    if (row.dynamic_mw.empty()) return;
    row.dynamic_mw.resize(space.power_parts.size());
    row.leakage_mw.resize(space.power_parts.size());
  };
  for (DesignSpaceRow& row : space.frontier) pad(row);
  for (DesignSpaceRow& row : space.sample) pad(row);
  if (space.baseline) pad(*space.baseline);
}

DesignSpaceSection summarized(const Problem& problem, const Exploration& found) {
  DesignSpaceSection space;
  space.topology = problem.network.graph();
  space.combinations = static_cast<std::int64_t>(found.combinations);
  space.looked_at = static_cast<std::int64_t>(found.looked_at);
  space.legal = static_cast<std::int64_t>(found.legal);
  space.within_constraints = static_cast<std::int64_t>(found.within_constraints);
  for (std::size_t r = 0; r < kRules; ++r) {
    // Most spaces have no machine with weights from off chip, and none that reads ahead.
    const auto rule = static_cast<Rule>(r);
    const bool rare = rule == Rule::off_chip_bandwidth || rule == Rule::read_ahead;
    if (rare && found.skipped[r] == 0) continue;
    space.skipped.push_back(
        {to_string(static_cast<Rule>(r)), static_cast<std::int64_t>(found.skipped[r])});
  }
  for (const Objective o : problem.objectives) space.objectives.emplace_back(to_string(o));
  for (const Constraint& c : problem.constraints) space.constraints.push_back(to_string(c));
  PointEvaluator evaluator(problem);
  for (const ExploredPoint& p : found.frontier) {
    space.frontier.push_back(row_of(evaluator, p.combination, p.point, space.power_parts));
    space.frontier.back().on_frontier = true;
  }
  for (const ExploredPoint& p : picked(found.sample, kMostShown)) {
    space.sample.push_back(row_of(evaluator, p.combination, p.point, space.power_parts));
  }
  pad_power(space);
  if (const auto bend = find_bend(found.frontier)) space.bend = static_cast<int>(*bend);
  return space;
}

Exploration explore_to_file(const DseStageOptions& stage, RunContext& run, const Problem& problem,
                            const Space& space, const SpaceFile& to) {
  const Grid grid(space, problem.hardware(), run.technology());
  const SearchOptions& search = stage.search;
  const bool exhaustive = search.method == SearchMethod::exhaustive;
  const std::string question = problem_text(problem, space) + search_text(search) +
                               "\ntechnology " + run.technology_sha256() + "\n" +
                               flow::program_version() + "\n" + to.depends_on;
  DesignSpaceFile file(run.directory()->folder(), to.name, question,
                       design_space_csv_names(further_knobs(space)));
  Progress progress(
      "exploring the design space",
      exhaustive ? static_cast<std::int64_t>(grid.combinations()) : Progress::kOpenEnded,
      "combinations");
  RowSink sink = sink_of_rows(space);
  sink.write = [&](const std::string& rows) {
    throw_if_interrupted();
    file.write(rows);
  };
  sink.checkpoint = [&](const ExplorationState& state) {
    file.checkpoint(state);
    progress.set_done(static_cast<std::int64_t>(state.next));
  };
  Exploration found = exhaustive ? explore(problem, grid, run.threads(), sink, file.state())
                                 : dse::search(problem, grid, search, run.threads(), sink);
  file.finish();
  return found;
}

void verify_space(RunContext& run, const QuantizedGraph& network,
                  const std::vector<std::vector<std::int16_t>>& inputs, const VerifiedSpace& called,
                  DesignSpaceSection& space) {
  if (inputs.empty()) {
    space.verification = "switched off (dse.verify_samples = 0)";
    run.note("Design space: verification in SystemC is " + space.verification);
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
    differences = verify_points(network, points, inputs, run.options().simulation_model,
                                run.threads(), [&progress] {
                                  throw_if_interrupted();
                                  progress.advance();
                                });
  }
  std::string first;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]->verified = differences[i].empty();
    rows[i]->differences = static_cast<int>(differences[i].size());
    if (first.empty() && !differences[i].empty()) {
      first = called.designs + " (" + to_string(points[i]) + "): " + differences[i].front();
    }
  }
  const std::string compared = "every cycle, count and accumulator of " +
                               std::to_string(inputs.size()) +
                               (inputs.size() == 1 ? " prediction each" : " predictions each") +
                               (run.works_alone() ? " of a random network" : "");
  const std::string designs = std::to_string(space.frontier.size()) + " frontier designs" +
                              (space.baseline         ? " and " + called.chosen
                               : space.has_baseline() ? ", " + called.chosen + " among them"
                                                      : "");
  space.verification =
      first.empty() ? designs + " agree in SystemC: " + compared : "DIFFERS: " + first;
  run.part().verification.push_back({called.designs + ": SystemC = closed form = inference",
                                     first.empty(),
                                     first.empty() ? designs + "; " + compared : first});
  if (first.empty()) return;
  run.part().section = to_json(space);
  run.write_unfinished_summary();  // for whoever looks for the defect; the stage does not count as
                                   // done
  throw flow::VerificationFailure(first);
}

}  // namespace minerva::dse
