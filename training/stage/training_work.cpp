#include "training_work.hpp"

#include <algorithm>
#include <map>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/run/logging.hpp"
#include "training_folder.hpp"

namespace minerva::training {
namespace {

/// Forward, backward to the inputs and backward to the weights: three products of a layer, each a
/// multiplication and an addition for every weight and sample.
constexpr double kOperationsPerWeight = 6;
/// docs/performance.md: an epoch of 60,000 samples of 784-256-256-256-10 (334,336 weights) by the
/// recipe of configs/flows/mnist.cfg takes 0.70 CPU seconds: 172 GFLOP/s.
constexpr double kOperationsPerCpuSecond = kOperationsPerWeight * 334336 * 60000 / 0.70;

double cost_of(const PlannedTraining& training) {
  return static_cast<double>(training.weights) * training.options.epochs;
}

}  // namespace

TrainingWork::TrainingWork(flow::WorkSetup& setup, const std::string& stage)
    : StageWork(setup, stage) {}

const TrainingPlan& TrainingWork::plan() {
  if (!plan_) {
    pipeline().prepare_records();
    plan_ = plan_trainings(run(), stage());
  }
  return *plan_;
}

std::vector<Share> TrainingWork::cut(std::size_t shards) {
  std::vector<double> costs;
  for (const PlannedTraining& training : plan().trainings) {
    costs.push_back(cost_of(training));
  }
  return balanced_shares(costs, shards);
}

double TrainingWork::estimated_seconds() {
  double weights = 0;
  for (const PlannedTraining& training : plan().trainings) weights += cost_of(training);
  return weights * static_cast<double>(run().data().train.size()) * kOperationsPerWeight /
         kOperationsPerCpuSecond;
}

void TrainingWork::compute(const Share& share, const std::string& scratch, ShardWriter& result) {
  std::vector<std::size_t> units;
  for (const std::uint64_t unit : units_of(share)) units.push_back(unit);
  // The largest first, so that no thread is left alone with a long training at the end.
  std::vector<std::size_t> order = units;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return cost_of(plan().trainings[a]) > cost_of(plan().trainings[b]);
  });
  TrainingFolder folder(scratch + "/" + RunDirectory::kTrainings);
  const std::unique_ptr<TrainingStore> known = training_store(run());
  TrainingCache cache(run().data(), folder, run().state<TrainingStage>().checkpoints);
  std::vector<PlannedTraining> trainings;
  std::int64_t epochs = 0;
  for (const std::size_t unit : order) {
    if (!setup().again) copy_training(*known, folder, plan().keys[unit]);
    trainings.push_back(plan().trainings[unit]);
    epochs += trainings.back().options.epochs;
  }
  try {
    Progress progress("training", epochs, "epochs");
    do_trainings(cache, trainings, Divergence::is_a_result, run().threads(),
                 [&](const EpochsDone& done) { progress.set_done(done.done, done.reused); });
  } catch (const Interrupted& stop) {
    throw flow::RunStopped(stop.signal, "stopped; the same command goes on from the last steps");
  }
  for (const std::size_t unit : units) {
    for (const TrainingFile& file : kept_files(folder, plan().keys[unit], plan().trainings[unit])) {
      result.add(file.name, file.bytes);
    }
  }
}

void TrainingWork::read_shards(const PlanFolder& folder, const TakeTraining& take) {
  for (std::size_t k = 0; k < folder.shards(); ++k) {
    ShardReader shard = *folder.open(k);
    std::map<std::string, std::vector<std::string>> names;  // by key
    for (const ShardPart& part : shard.parts()) {
      names[part.name.substr(0, part.name.find('.'))].push_back(part.name);
    }
    for (const std::uint64_t unit : units_of(folder.plan().shares[k])) {
      const std::string& key = plan().keys[unit];
      std::vector<TrainingFile> files;
      for (const std::string& name : names[key]) files.push_back({name, shard.read(name)});
      names.erase(key);
      check_kept(files, key, plan().trainings[unit], run().data(), shard.path());
      take(key, shard.path(), files);
    }
    if (!names.empty()) {
      throw UserError(shard.path(), names.begin()->second.front(),
                      "is of no training of this shard");
    }
  }
}

int TrainingWork::merge(const PlanFolder& folder) {
  const bool trains_network = plan().trains_network;
  const auto use = [&](flow::RunContext& run) {
    const std::unique_ptr<TrainingStore> store = training_store(run);
    const auto each = [&](const auto& use_adoption) {
      read_shards(folder, [&](const std::string& key, const std::string& where,
                              const std::vector<TrainingFile>& files) {
        use_adoption(plan_adoption(*store, files, key, where));
      });
    };
    each([](const Adoption&) {});  // all are checked before the first is written
    each([&](const Adoption& adoption) { adopt(*store, adoption); });
  };
  return merge_by(use, [&](flow::Pipeline& pipeline) {
    if (stage() == kTrainStage || trains_network) pipeline.run_stage(kTrainStage);
    if (stage() == kNoiseStage) pipeline.run_stage(kNoiseStage);
  });
}

}  // namespace minerva::training
