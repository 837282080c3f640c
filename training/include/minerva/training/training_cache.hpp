#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/training/checkpoint.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/trainer.hpp"
#include "minerva/training/training_store.hpp"

namespace minerva::training {

/// Names in a store, of the training with this key: its record, the state of one that is under way,
/// or the last good one of one that diverged; its network.
std::string record_name(const std::string& key);
std::string checkpoint_name(const std::string& key);
std::string network_name(const std::string& key);

/// Whose network outlives the training.
enum class KeepNetwork { no, yes };

/// Trainings by their content: the key of one is a SHA-256 over the data, the options and the
/// version of the arithmetic. What a store holds is not computed again; what was stopped goes on
/// from its checkpoint, to the same bits. A damaged file of the store, and one whose contents are
/// not those of its training, counts as absent, of which the store is told. Calls may come from
/// several threads, each for another training, and from several programs that share the store. A
/// network that a call asked to keep is held until it is dropped, or until the store ends.
class TrainingCache {
 public:
  /// Data and store must outlive the cache.
  TrainingCache(const Dataset& data, TrainingStore& store, CheckpointRule rule);

  const Dataset& data() const { return data_; }
  std::string key_of(const TrainingOptions& options) const;

  /// What is known of a training without running it; no epochs when nothing is.
  TrainingRecord known(const TrainingOptions& options);
  /// Holds what the store has of a training, before a caller looks at it and relies on it.
  void hold(const TrainingOptions& options);

  struct Result {
    TrainingRecord record;
    int epochs_trained = 0;  ///< by this call; the rest was there
  };
  /// Trains to the end, or until `epochs` epochs are done where that is above 0 and less; then it
  /// leaves a checkpoint to go on from. Throws TrainingDiverged, naming where the last good
  /// checkpoint is; without training when that is known. Throws Interrupted after a step, once a
  /// checkpoint is saved.
  Result train(const TrainingOptions& options, int epochs, KeepNetwork keep,
               const EpochProgress& progress = {}, int threads = 1);
  /// The network of a finished training that was asked to keep it. Throws UserError when somebody
  /// has removed it in the meantime.
  GraphNetwork network(const TrainingOptions& options);
  /// Adds the wrong samples of the test set to a record, from the network.
  std::int64_t count_test_wrong(const TrainingOptions& options);
  /// Forgets a network or a checkpoint that is no longer needed; the record stays.
  void drop_network(const TrainingOptions& options);
  void drop_checkpoint(const TrainingOptions& options);

 private:
  using StateCheck = std::function<void(const TrainingState&, const TrainingOptions&,
                                        const Dataset&, const std::string& where)>;

  /// A damaged file counts as absent, with a warning once a file.
  TrainingRecord load_record(const std::string& key, const TrainingOptions& options);
  std::optional<TrainingState> load_state(const std::string& name, const std::string& key,
                                          const TrainingOptions& options,
                                          const StateCheck& check_contents);
  void warn_of(const DamagedTraining& damage);
  void save_record(const TrainingRecord& record);
  void keep_network(const std::string& key, const Trainer& trainer);
  void run(Trainer& trainer, const std::string& key, const TrainingOptions& options, int epochs,
           const EpochProgress& progress);
  [[noreturn]] void refuse_diverged(const TrainingOptions& options, const TrainingRecord& record);

  const Dataset& data_;
  TrainingStore& store_;
  CheckpointRule rule_;
  std::string data_key_;
  std::string whole_key_;  ///< of the samples before inputs were left out
  std::mutex mutex_;
  std::set<std::string> warned_;
};

}  // namespace minerva::training
