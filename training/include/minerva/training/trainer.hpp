#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// Throws UserError for a batch larger than the training set, and for layers that do not take the
/// data's inputs or have fewer outputs than it has classes.
void check_fits(const TrainingOptions& options, const Dataset& data);

/// What one epoch gave.
struct EpochRecord {
  int epoch = 0;    ///< from 1
  double loss = 0;  ///< mean over the epoch's steps, plus the weight penalty at its end
  /// At the epoch's end, without dropout and faults.
  std::int64_t validation_wrong = 0;
  double validation_loss = 0;  ///< mean cross-entropy, nats
};

/// Fewer wrong validation samples; as many and a lower loss; otherwise the earlier one stays.
bool is_better(const EpochRecord& a, const EpochRecord& b);

/// Everything that a training needs to go on to the same bits.
struct TrainingState {
  std::vector<EpochRecord> history;  ///< of the epochs that are done
  std::uint64_t step = 0;            ///< steps done
  std::int64_t next_sample = 0;      ///< within the shuffled epoch that is under way; 0: none is
  double epoch_loss = 0;             ///< sum over the steps of that epoch
  std::vector<float> parameters;
  std::vector<float> first;  ///< of the optimizer; empty where it keeps none
  std::vector<float> second;
  int best_epoch = 0;
  std::vector<float> best;  ///< parameters of best_epoch, with patience_epochs > 0

  int epochs_done() const { return static_cast<int>(history.size()); }
};

/// The loss was not finite.
class TrainingDiverged : public UserError {
 public:
  TrainingDiverged(const TrainingOptions& options, int at_epoch, std::int64_t at_step,
                   const std::string& kept);
  int epoch;          ///< from 1
  std::int64_t step;  ///< of the epoch, from 1
};

/// One training, which can stop after any step and go on elsewhere. The training
/// samples are shuffled every epoch; a last, smaller batch is used too. The same data and options
/// give the same bits, at any number of threads. After TrainingDiverged the state is spoilt.
class Trainer {
 public:
  /// `data` must outlive the trainer. Throws UserError for options out of range and data they do
  /// not fit.
  Trainer(const Dataset& data, const TrainingOptions& options, int threads = 1);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// One step; at the end of an epoch also its record. Throws TrainingDiverged. Not after
  /// finished().
  void step();
  /// All epochs are done, or patience is at an end.
  bool finished() const;
  /// No epoch is under way.
  bool between_epochs() const { return state_.next_sample == 0; }

  const TrainingState& state() const { return state_; }
  /// Goes on from a state of the same data and options; a state of other sizes is a broken
  /// contract.
  void restore(TrainingState state);
  /// The network of the best epoch with patience_epochs > 0, otherwise as it stands.
  GraphNetwork network() const;
  /// Those of network(), as ParameterLayout and GraphParameterLayout order them.
  const std::vector<float>& parameters() const;

 private:
  struct Machinery;
  void end_epoch();

  const Dataset& data_;
  TrainingOptions options_;
  TrainingState state_;
  int steps_per_epoch_ = 0;
  std::unique_ptr<Machinery> machinery_;
};

/// The network that parameters() stands for.
GraphNetwork network_of_parameters(const Dataset& data, const TrainingOptions& options,
                                   const std::vector<float>& parameters);

struct TrainedNetwork {
  GraphNetwork network;
  std::vector<EpochRecord> history;
  /// The best epoch (is_better). Its weights are returned when patience_epochs > 0, the last
  /// epoch's otherwise.
  int best_epoch = 0;
};

using EpochProgress = std::function<void(const EpochRecord&)>;

/// Trains to the end and keeps nothing on the way.
TrainedNetwork train(const Dataset& data, const TrainingOptions& options,
                     const EpochProgress& progress = {}, int threads = 1);

}  // namespace minerva::training
