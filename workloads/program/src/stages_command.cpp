#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "command_line.hpp"
#include "commands.hpp"
#include "machine_facts.hpp"
#include "machine_options.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/statistics/statistics.hpp"
#include "minerva/workloads/arcade_play.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "minerva/workloads/stages_file.hpp"

// Stages 1 to 5 of autoenc and deepq, each with its own measure of error.
namespace minerva::workloads {
namespace {

namespace po = boost::program_options;

/// As budget.share_quantize and budget.share_prune.
constexpr double kShareOfFormats = 0.3;
constexpr double kShareOfThresholds = 0.5;
/// Shares of changed decisions that are tried for deepq, the largest first (assumption).
constexpr double kChangedShares[] = {0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0};
/// Fault maps whose games are played: an episode takes longer than an evaluation.
constexpr int kPlayedMaps = 4;

struct Plan {
  WorkloadOptions options;
  int steps = 0;
  int seeds = 0;
  int samples = 0;
  int episodes = 0;
};

std::unique_ptr<Workload> trained(const std::string& name, const Plan& plan, std::uint64_t seed) {
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

/// Stage 1: trains a network a seed and measures each. The first is the one that the stages take.
ExportedNetwork train_all(const std::string& name, const Plan& plan, StagesResult& result,
                          const std::function<double(const GraphNetwork&, const Workload&)>& of) {
  ExportedNetwork first;
  for (int i = 0; i < plan.seeds; ++i) {
    const auto workload = trained(name, plan, plan.options.seed + static_cast<std::uint64_t>(i));
    ExportedNetwork exported = exported_network(*workload);
    result.of_seeds.push_back(of(exported.network, *workload));
    if (i == 0) first = std::move(exported);
  }
  result.sigma = sample_deviation(result.of_seeds);
  return first;
}

Eigen::MatrixXf held_out(const Workload& workload, HeldOutPart part, int most) {
  return columns_of(*workload.held_out(part, most), most);
}

/// The budget's quantity is the half squared error of an image.
StagesResult autoenc_stages(const Plan& plan, const Technology& technology) {
  StagesResult result;
  result.measure = "half squared error of an image";
  Eigen::MatrixXf tuned;
  Eigen::MatrixXf test;
  const ExportedNetwork exported =
      train_all("autoenc", plan, result, [&](const GraphNetwork& network, const Workload& own) {
        tuned = held_out(own, HeldOutPart::tuning, plan.samples);
        test = held_out(own, HeldOutPart::test, plan.samples);
        return static_cast<double>(squared_error_units(
                   float_outputs(network, SampleInputs(tuned), plan.options.threads), tuned)) /
               static_cast<double>(kSquaredErrorUnits * tuned.cols());
      });
  LaneStages stages(exported.network, with_targets(tuned, tuned), with_targets(test, test),
                    technology, plan.options.threads);
  result.tuned_samples = stages.tuned_samples();
  result.test_samples = stages.test_samples();
  result.bound = result.of_seeds.front() + result.sigma;
  const auto most = [&](double share) {
    return stages.float_error() +
           static_cast<std::int64_t>(
               std::floor(share * result.sigma * static_cast<double>(kSquaredErrorUnits) *
                          static_cast<double>(result.tuned_samples)));
  };
  result.rows.push_back(stages.float_row());
  log_info("stage 2: exploring machines");
  result.rows.push_back(stages.choose_machine());
  log_info("stage 3: searching formats");
  result.rows.push_back(stages.quantize(most(kShareOfFormats)));
  log_info("stage 4: searching thresholds");
  result.rows.push_back(stages.prune(most(kShareOfThresholds)));
  log_info("stage 5: searching the supply");
  result.rows.push_back(stages.lower_supply(most(1)));
  for (StagedRow& row : result.rows) {
    row.tuned_error /= static_cast<double>(kSquaredErrorUnits * result.tuned_samples);
    row.test_error /= static_cast<double>(kSquaredErrorUnits * result.test_samples);
  }
  result.network = network_text(exported.network.graph);
  return result;
}

/// The games of a set: those that bounds are held on, and those that nothing was chosen by.
ScoredGames games_of(const Plan& plan, int side, bool test) {
  return {plan.options.seed + (test ? 2000003 : 1000003), side, plan.episodes};
}

double float_score(const GraphNetwork& network, const ScoredGames& games,
                   std::vector<std::vector<float>>* seen = nullptr) {
  return mean_score(
      games,
      [&](const std::vector<float>& state) {
        const Eigen::MatrixXf input = columns_of({"state",
                                                  {1, FrameStack::kFrames, games.side, games.side},
                                                  std::vector<double>(state.begin(), state.end())},
                                                 1);
        return classes_of(float_outputs(network, SampleInputs(input))).front();
      },
      seen);
}

double fixed_score(const QuantizedGraph& network, const ScoredGames& games) {
  const QFormat x = network.layers.front().formats.activation;
  return mean_score(games, [&](const std::vector<float>& state) {
    throw_if_interrupted();
    const Eigen::MatrixXf input = columns_of({"state",
                                              {1, FrameStack::kFrames, games.side, games.side},
                                              std::vector<double>(state.begin(), state.end())},
                                             1);
    const std::vector<std::int16_t> codes = input_codes(SampleInputs(input), x, network.rounding);
    return trace_graph(network, codes.data()).predicted_class;
  });
}

/// States of the games, evenly chosen, as columns.
Eigen::MatrixXf states_of(const std::vector<std::vector<float>>& seen, int side, int most) {
  HostTensor states{"states", {0, FrameStack::kFrames, side, side}, {}};
  const std::size_t count = std::min(seen.size(), static_cast<std::size_t>(most));
  states.shape[0] = static_cast<std::int64_t>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<float>& state = seen[i * seen.size() / count];
    states.values.insert(states.values.end(), state.begin(), state.end());
  }
  return columns_of(states, most);
}

/// The budget's quantity is the score of the games. A search asks how many decisions change, and
/// the largest share of them is taken with which formats and thresholds still score within the
/// bound.
StagesResult deepq_stages(const Plan& plan, const Technology& technology) {
  StagesResult result;
  result.measure = "mean score of an episode";
  result.higher_is_better = true;
  result.tuned_samples = result.test_samples = plan.episodes;
  std::vector<std::vector<float>> tuned_states;
  std::vector<std::vector<float>> test_states;
  const ExportedNetwork exported =
      train_all("deepq", plan, result, [&](const GraphNetwork& network, const Workload&) {
        const int side = network.graph.input().height;
        const bool first = result.of_seeds.empty();
        return float_score(network, games_of(plan, side, false), first ? &tuned_states : nullptr);
      });
  const int side = exported.network.graph.input().height;
  const ScoredGames tuned = games_of(plan, side, false);
  const ScoredGames test = games_of(plan, side, true);
  StagedRow float_row{"1 float network", network_text(exported.network.graph),
                      result.of_seeds.front(), float_score(exported.network, test, &test_states)};
  result.bound = result.of_seeds.front() - result.sigma;
  const int threads = plan.options.threads;
  LaneStages stages(
      exported.network,
      with_decisions(exported.network, states_of(tuned_states, side, plan.samples), threads),
      with_decisions(exported.network, states_of(test_states, side, plan.samples), threads),
      technology, threads);
  const auto scored = [&](StagedRow row) {
    row.detail += "; " +
                  fixed_text(100 * row.test_error / static_cast<double>(stages.test_samples()), 1) +
                  " % of decisions changed";
    const QuantizedGraph network = quantized(stages.design());
    row.tuned_error = fixed_score(network, tuned);
    row.test_error = fixed_score(network, test);
    return row;
  };
  result.rows.push_back(float_row);
  log_info("stage 2: exploring machines");
  result.rows.push_back(scored(stages.choose_machine()));
  std::int64_t most = 0;
  for (const double share : kChangedShares) {
    most = static_cast<std::int64_t>(share * static_cast<double>(stages.tuned_samples()));
    log_info("stages 3 and 4: at most " + fixed_text(100 * share, 1) + " % of decisions change");
    const StagedRow formats = scored(stages.quantize(most));
    const StagedRow thresholds = scored(stages.prune(most));
    const bool holds =
        formats.tuned_error >= result.bound && thresholds.tuned_error >= result.bound;
    if (!holds && share > 0) continue;
    result.rows.push_back(formats);
    result.rows.push_back(thresholds);
    break;
  }
  log_info("stage 5: searching the supply");
  StagedRow supply = stages.lower_supply(most);
  supply.detail +=
      "; " + fixed_text(100 * supply.test_error / static_cast<double>(stages.test_samples()), 1) +
      " % of decisions changed; scores over " + std::to_string(kPlayedMaps) + " fault maps";
  QuantizedGraph faulty = quantized(stages.design());
  supply.tuned_error = 0;
  supply.test_error = 0;
  for (int map = 0; map < kPlayedMaps; ++map) {
    faultsim::inject_faults(
        faulty, plan.options.seed, static_cast<std::uint64_t>(faultsim::kFirstConfirmingMap + map),
        stages.design().supply.fault_rate, threads, fault_tables(technology).front().criterion);
    supply.tuned_error += fixed_score(faulty, tuned) / kPlayedMaps;
    supply.test_error += fixed_score(faulty, test) / kPlayedMaps;
  }
  result.rows.push_back(supply);
  result.network = network_text(exported.network.graph);
  return result;
}

}  // namespace

int stages_command(const std::vector<std::string>& arguments) {
  po::options_description description;
  add_workload_options(description);
  description.add_options()("steps", po::value<int>(), "steps of each training")(
      "seeds", po::value<int>(), "trainings that differ in their seed (5)")(
      "samples", po::value<int>(), "most held-out examples, or states, of each set (1000)")(
      "episodes", po::value<int>(), "episodes behind each score of deepq (20)")(
      "technology", po::value<std::string>(), "technology file (configs/tech/public40.cfg)")(
      "out", po::value<std::string>(), "folder for stages.json and stages.txt")(
      "json", po::bool_switch(), "one JSON document")("quiet", po::bool_switch(), "no progress");
  const CommandLine line = parse_command_line("stages", description, arguments);
  if (line.words.size() != 1 || (line.words[0] != "autoenc" && line.words[0] != "deepq")) {
    throw UserError("fathom stages", joined(line.words), "needs one of autoenc, deepq");
  }
  Plan plan;
  plan.options = workload_options(line);
  plan.options.threads = thread_count(line);
  if (!line.has("steps")) throw UserError("--steps", "", "needs the steps of each training");
  plan.steps = positive(line, "steps", 1);
  plan.seeds = positive(line, "seeds", 5);
  check_in_range("--seeds", plan.seeds, Range<int>{2, 1000});
  plan.samples = positive(line, "samples", 1000);
  plan.episodes = positive(line, "episodes", 20);
  const Technology technology = lane_technology(line);
  set_output_form(line.flag("json") ? OutputForm::json : OutputForm::text);
  if (line.flag("quiet")) set_log_level(LogLevel::quiet);
  const std::string& name = line.words.front();
  make_workload(name, plan.options);
  check_memory(name, plan.options, available_memory_mb());
  std::optional<OwnedFolder> folder;
  if (line.has("out")) {
    const std::string out = line.value<std::string>("out", "");
    folder.emplace(out, "fathom-stages", [out] {
      throw UserError(out, "", "holds files that no stages made; needs a new or an empty folder");
    });
  }
  StagesResult result =
      name == "autoenc" ? autoenc_stages(plan, technology) : deepq_stages(plan, technology);
  result.workload = name;
  result.variant = to_string(plan.options.variant);
  result.small = plan.options.small;
  result.technology = technology.name;
  result.trained_steps = plan.steps;
  const std::string text = stages_table(result).text() + stages_sentence(result) + "\n";
  if (folder) {
    folder->remove_earlier_files();
    folder->write("stages.json", stages_json(result));
    folder->write("stages.txt", text);
  }
  print_text(text);
  print_json(stages_json(result));
  return 0;
}

}  // namespace minerva::workloads
