#include <algorithm>
#include <cmath>
#include <functional>

#include "measured_share.hpp"
#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/faultsim/fault_map.hpp"
#include "minerva/faultsim/fault_map_counts.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/statistics/statistics.hpp"
#include "minerva/workloads/arcade_play.hpp"
#include "minerva/workloads/exported_network.hpp"
#include "staged_workloads.hpp"

// Stages 1 to 5 of autoenc and deepq, each with its own measure of error.
namespace minerva::workloads {
namespace {

/// Shares of changed decisions that are tried for deepq, the largest first (assumption).
constexpr double kChangedShares[] = {0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0};
/// Fault maps whose games are played: an episode takes longer than an evaluation.
constexpr int kPlayedMaps = 4;

/// Stage 1: trains a network a seed and measures each. The first is the one that the stages take.
ExportedNetwork train_all(const std::string& name, const StagePlan& plan, StagesResult& result,
                          const std::function<double(const GraphNetwork&, Workload&)>& of) {
  ExportedNetwork first;
  for (int i = 0; i < plan.seeds; ++i) {
    const auto workload = trained(name, plan, plan.options.seed + static_cast<std::uint64_t>(i));
    ExportedNetwork exported = exported_network(*workload);
    result.of_seeds.push_back(of(exported.network, *workload));
    if (i > 0) continue;
    result.share_of_inference_time = measured_share(*workload, exported);
    result.left_out = exported.left_out;
    first = std::move(exported);
  }
  result.sigma = sample_deviation(result.of_seeds);
  return first;
}

Eigen::MatrixXf held_out(Workload& workload, HeldOutPart part, int most) {
  return columns_of(*workload.held_out(part, most), most);
}

}  // namespace

StagesResult autoenc_stages(const StagePlan& plan, const Technology& technology) {
  StagesResult result;
  result.measure = "half squared error of an image";
  Eigen::MatrixXf tuned;
  Eigen::MatrixXf test;
  const ExportedNetwork exported =
      train_all("autoenc", plan, result, [&](const GraphNetwork& network, Workload& own) {
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

namespace {

/// The games of a set: those that bounds are held on, and those that nothing was chosen by.
ScoredGames games_of(const StagePlan& plan, int side, bool test) {
  return {plan.options.seed + (test ? 2000003 : 1000003), side, plan.episodes};
}

std::vector<double> float_scores(const GraphNetwork& network, const ScoredGames& games,
                                 std::vector<std::vector<float>>* seen = nullptr) {
  return episode_scores(
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

std::vector<double> fixed_scores(const QuantizedGraph& network, const ScoredGames& games) {
  const QFormat x = network.layers.front().formats.activation;
  return episode_scores(games, [&](const std::vector<float>& state) {
    throw_if_interrupted();
    const Eigen::MatrixXf input = columns_of({"state",
                                              {1, FrameStack::kFrames, games.side, games.side},
                                              std::vector<double>(state.begin(), state.end())},
                                             1);
    const std::vector<std::int16_t> codes = input_codes(SampleInputs(input), x, network.rounding);
    return trace_graph(network, codes.data()).predicted_class;
  });
}

/// What the scores of the same games by another network say: both networks play each game, so that
/// the noise of the mean difference is that of the differences by game.
std::string difference_text(const std::vector<double>& scores,
                            const std::vector<double>& of_float) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < scores.size(); ++i) differences.push_back(scores[i] - of_float[i]);
  return "on the test games " + fixed_text(mean(differences), 2) + " from float, standard error " +
         fixed_text(
             sample_deviation(differences) / std::sqrt(static_cast<double>(differences.size())), 2);
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

}  // namespace

StagesResult deepq_stages(const StagePlan& plan, const Technology& technology) {
  StagesResult result;
  result.measure = "mean score of an episode";
  result.higher_is_better = true;
  result.tuned_samples = result.test_samples = plan.episodes;
  std::vector<std::vector<float>> tuned_states;
  std::vector<std::vector<float>> test_states;
  const ExportedNetwork exported =
      train_all("deepq", plan, result, [&](const GraphNetwork& network, Workload&) {
        const int side = network.graph.input().height;
        const bool first = result.of_seeds.empty();
        return mean(
            float_scores(network, games_of(plan, side, false), first ? &tuned_states : nullptr));
      });
  const int side = exported.network.graph.input().height;
  const ScoredGames tuned = games_of(plan, side, false);
  const ScoredGames test = games_of(plan, side, true);
  const std::vector<double> of_float = float_scores(exported.network, test, &test_states);
  StagedRow float_row{"1 float network", network_text(exported.network.graph),
                      result.of_seeds.front(), mean(of_float)};
  result.bound = result.of_seeds.front() - result.sigma;
  const int threads = plan.options.threads;
  LaneStages stages(
      exported.network,
      with_decisions(exported.network, states_of(tuned_states, side, plan.samples), threads),
      with_decisions(exported.network, states_of(test_states, side, plan.samples), threads),
      technology, threads);
  const auto scored = [&](StagedRow row) {
    const QuantizedGraph network = quantized(stages.design());
    const std::vector<double> of_test = fixed_scores(network, test);
    row.detail += "; " +
                  fixed_text(100 * row.test_error / static_cast<double>(stages.test_samples()), 1) +
                  " % of decisions changed; " + difference_text(of_test, of_float);
    row.tuned_error = mean(fixed_scores(network, tuned));
    row.test_error = mean(of_test);
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
  std::vector<double> of_test(of_float.size(), 0.0);  // of each game, a mean over the maps
  for (int map = 0; map < kPlayedMaps; ++map) {
    faultsim::inject_faults(
        faulty, plan.options.seed, static_cast<std::uint64_t>(faultsim::kFirstConfirmingMap + map),
        stages.design().supply.fault_rate, threads, fault_tables(technology).front().criterion);
    supply.tuned_error += mean(fixed_scores(faulty, tuned)) / kPlayedMaps;
    const std::vector<double> scores = fixed_scores(faulty, test);
    for (std::size_t i = 0; i < scores.size(); ++i) of_test[i] += scores[i] / kPlayedMaps;
  }
  supply.test_error = mean(of_test);
  supply.detail += "; " + difference_text(of_test, of_float);
  result.rows.push_back(supply);
  result.network = network_text(exported.network.graph);
  return result;
}

}  // namespace minerva::workloads
