#pragma once
#include "minerva/flow/stage_work.hpp"
#include "minerva/training/kept_training.hpp"
#include "training_stage.hpp"

namespace minerva::training {

/// `minerva train` and `minerva noise`: a unit is a training, of a point and a seed of the sweep
/// and of the network, or of a seed of the noise. The parts of a shard are the files that stay of
/// its trainings ("KEY.txt", "KEY.network"). A worker that was killed goes on from the checkpoints
/// in its scratch folder; what the run's own trainings hold already is not done again.
class TrainingWork : public flow::StageWork {
 public:
  /// Of kTrainStage or kNoiseStage.
  TrainingWork(flow::WorkSetup& setup, const std::string& stage);

  StageQuestion question() override { return plan().question; }
  std::string unit() const override { return "trainings"; }
  std::uint64_t units() override { return plan().trainings.size(); }
  /// Balanced by weights times epochs.
  std::vector<Share> cut(std::size_t shards) override;
  double estimated_seconds() override;
  void compute(const Share& share, const std::string& scratch, ShardWriter& result) override;
  /// Brings the trainings into the run's, then does what the commands do, which find them there: of
  /// the noise also the stage before it, where the network is one of them. Refuses a training that
  /// is there with another result, before anything is written.
  int merge(const PlanFolder& folder) override;

 private:
  const TrainingPlan& plan();
  /// Calls `take` for every training that the shards hold, once its files are checked.
  using TakeTraining = std::function<void(const std::string& key, const std::string& where,
                                          const std::vector<TrainingFile>& files)>;
  void read_shards(const PlanFolder& folder, const TakeTraining& take);

  std::optional<TrainingPlan> plan_;
};

}  // namespace minerva::training
