#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/epoch_count.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/training_cache.hpp"

namespace minerva::training {

/// grid: every combination. random: some of them, drawn without repetition. halving: all of them
/// (or `samples` drawn ones) for a few epochs, the best part for more, and so on; survivors go on
/// from their checkpoints (successive halving: Jamieson and Talwalkar, 2016). none: no sweep.
enum class SweepSearch { none, grid, random, halving };
constexpr EnumNames<SweepSearch, 4> enum_names(SweepSearch) {
  return {{{SweepSearch::none, "none"},
           {SweepSearch::grid, "grid"},
           {SweepSearch::random, "random"},
           {SweepSearch::halving, "halving"}}};
}

/// The space and how it is searched. An empty list stands for the one value of the training
/// options. (Book, Fig. 4.3: 3 to 5 hidden layers of 32 to 512 neurons.)
struct SweepOptions {
  std::vector<std::vector<int>> hidden;
  std::vector<double> l1;
  std::vector<double> l2;
  std::vector<double> dropout_fractions;
  std::vector<double> input_dropout_fractions;
  std::vector<double> activation_l1;
  std::vector<double> learning_rates;
  std::vector<int> batch_sizes;
  SweepSearch search = SweepSearch::grid;
  int samples = 0;         ///< random, halving: points to draw; 0: all, of halving alone
  std::uint64_t seed = 1;  ///< of the draw
  int seeds = 1;           ///< trainings a point; it is judged by their mean
  int halving_factor = 3;  ///< one of so many points goes on
  int halving_epochs = 1;  ///< of the first round; each later one has halving_factor times as many
  /// The choice is the network with the fewest weights whose validation error is at most this much
  /// above the lowest.
  double tolerance_percent =
      0.05;  ///< points; book, Sec. 4.3.1: 0.05 was not worth 2.8x the storage

  /// Whether any list asks for more than the training options.
  bool varies() const;
};

/// The hidden layers of a sweep: topologies one by one, and layers x nodes of equal width.
struct SweepTopologies {
  std::vector<Topology> topologies;
  std::vector<int> hidden_layers;
  std::vector<int> nodes;

  /// Hidden widths of each, the topologies first; a repetition counts once. Throws UserError for a
  /// topology that does not fit `inputs` and `classes` of the data set `data_name`, and for layers
  /// without nodes or the reverse.
  std::vector<std::vector<int>> hidden(int inputs, int classes, const std::string& data_name) const;
};

/// Throws UserError naming "sweep.xxx", or "training.xxx" for a value of a list.
void check(const SweepOptions& sweep, const TrainingOptions& base);
/// Number of combinations.
std::int64_t grid_size(const SweepOptions& sweep);
/// The points to train: hidden slowest, then l1, l2, dropout, input dropout, activation_l1,
/// learning rate, batch size fastest; drawn ones in the same order.
std::vector<TrainingOptions> sweep_points(const SweepOptions& sweep, const TrainingOptions& base);

struct SweepPoint {
  TrainingOptions options;   ///< with the first seed
  std::int64_t weights = 0;  ///< without biases
  int seeds = 1;
  int epochs = 0;               ///< most that one of its trainings took
  bool finished = false;        ///< false: halving dropped it, or it diverged
  bool diverged = false;        ///< one of its trainings did; its error counts as 100 %
  double validation_wrong = 0;  ///< mean over the seeds
  double validation_error_percent = 0;
  double validation_sigma_percent = 0;  ///< over the seeds; 0 for one
  bool on_frontier = false;  ///< finished, and no other has as few weights and as low an error
};

struct SweepResult {
  std::vector<SweepPoint> points;
  std::size_t chosen = 0;
  std::int64_t trainings = 0;
  std::int64_t trainings_reused = 0;  ///< of which this call trained no epoch
  std::int64_t epochs = 0;            ///< that the search asked for
  std::int64_t epochs_of_all = 0;     ///< that every point would have taken
};

/// Trains the points, `threads` trainings at a time, the largest first, with the seed and the other
/// options of `base`. A training that diverges is a point without an error, not a failure; when all
/// do, the last one's TrainingDiverged is thrown. The test set is not used. But for
/// trainings_reused results depend neither on `threads` nor on what the cache holds.
SweepResult sweep(TrainingCache& cache, const TrainingOptions& base, const SweepOptions& space,
                  int threads, const EpochsProgress& progress = {});
/// The same with nothing kept.
SweepResult sweep(const Dataset& data, const TrainingOptions& base, const SweepOptions& space,
                  int threads, const EpochsProgress& progress = {});

/// Epochs that a sweep trains when no training ends early; for progress.
std::int64_t sweep_epochs(const SweepOptions& sweep, const TrainingOptions& base);

}  // namespace minerva::training
