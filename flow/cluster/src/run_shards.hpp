#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "minerva/cluster/plan_folder.hpp"
#include "minerva/flow/pipeline.hpp"
#include "minerva/training/kept_training.hpp"
#include "minerva/training/training_store.hpp"
#include "sweep_table.hpp"
#include "training_stage.hpp"

// The shards of a sweep of runs. Parts:
//   outcomes/RUN.txt    how a run ended (RunOutcome)
//   RUN/..              every file of its folder
//   trainings/..        every file of the trainings that the runs of the shard shared
namespace minerva::flow {

/// How a run ended, apart from its files.
struct RunOutcome {
  SweptRun::State state = SweptRun::State::waiting;
  std::string message;  ///< why it failed
  training::NetworksLeft networks;
};

/// Adds a run that ended, from its folder.
void add_run(ShardWriter& shard, const std::string& name, const RunOutcome& outcome,
             const std::string& folder);
void add_trainings(ShardWriter& shard, const std::string& folder);

/// Lays out what the shards of a plan hold as the runs leave it on one machine.
class RunLayout {
 public:
  using ConfigOf = std::function<RunConfig(const SweptRun&)>;

  /// @param runs those of the plan, in order; @param config_of the config of one of them;
  /// @param trainings where they keep their trainings.
  RunLayout(const PlanFolder& folder, const std::vector<SweptRun>& runs, ConfigOf config_of,
            training::TrainingStore& trainings);

  /// Reads how the runs ended and what they left (check_run_files), and compares trainings with
  /// each other and every file with what is there. Throws UserError naming shards or file for a
  /// foreign part, for contents that such a run cannot have, for two results of one training, and
  /// for a file that is there with another content. Changes nothing.
  void check();
  /// Writes the files that are not there, once all are checked.
  void write();
  const RunOutcome& outcome(std::size_t run) const { return outcomes_[run]; }

 private:
  void check_runs(ShardReader& shard, const Share& share);
  void check_trainings();
  /// Of a training: all but a network that no run keeps in the end.
  std::vector<training::TrainingFile> wanted_files(ShardReader& shard, const std::string& key,
                                                   const std::vector<std::string>& names) const;
  void write_run(ShardReader& shard, const SweptRun& run);

  const PlanFolder& folder_;
  const std::vector<SweptRun>& runs_;
  ConfigOf config_of_;
  training::TrainingStore& trainings_;
  std::vector<RunOutcome> outcomes_;
  std::map<std::string, bool> network_kept_;  ///< by key, where a run speaks of it
};

}  // namespace minerva::flow
