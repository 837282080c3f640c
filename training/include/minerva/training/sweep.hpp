#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "minerva/nn/dataset.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// The grid: every hidden topology with every penalty. An empty list stands for the one value of
/// the training options. (Book, Fig. 4.3: 3 to 5 hidden layers of 32 to 512 neurons.)
struct SweepOptions {
  std::vector<std::vector<int>> hidden;
  std::vector<double> l1;
  std::vector<double> l2;
  std::vector<double> dropout_fractions;
  /// The choice is the network with the fewest weights whose validation error is at most this much
  /// above the lowest.
  double tolerance_percent =
      0.05;  ///< points; book, Sec. 4.3.1: 0.05 was not worth 2.8x the storage
};

struct SweepPoint {
  TrainingOptions options;
  std::int64_t weights = 0;  ///< without biases
  std::int64_t validation_wrong = 0;
  double validation_error_percent = 0;
  bool on_frontier = false;  ///< no other has as few weights and as low an error
};

struct SweepResult {
  std::vector<SweepPoint> points;  ///< hidden slowest, then l1, l2, dropout fastest
  std::size_t chosen = 0;
};

using SweepProgress = std::function<void(const SweepPoint& point, int finished, int total)>;

/// Throws UserError naming "sweep.tolerance_percent", or "training.xxx" for a value of a list.
void check(const SweepOptions& sweep, const TrainingOptions& base);

/// Trains every point of the grid, `threads` at a time, with the seed and the other options of
/// `base`. The test set is not used. Results do not depend on `threads`.
SweepResult sweep(const Dataset& data, const TrainingOptions& base, const SweepOptions& grid,
                  int threads, const SweepProgress& progress = {});

}  // namespace minerva::training
