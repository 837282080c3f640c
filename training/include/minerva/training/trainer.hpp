#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "minerva/nn/dataset.hpp"
#include "minerva/nn/network.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// What one epoch gave.
struct EpochRecord {
  int epoch = 0;    ///< from 1
  double loss = 0;  ///< mean over the epoch's steps, plus the weight penalty at its end
  std::int64_t validation_wrong = 0;  ///< at the epoch's end, without dropout
};

struct TrainedNetwork {
  Network network;
  std::vector<EpochRecord> history;
  /// The epoch with the fewest wrong validation samples, the earliest of equals. Its weights are
  /// returned when patience_epochs > 0, the last epoch's otherwise.
  int best_epoch = 0;
};

using EpochProgress = std::function<void(const EpochRecord&)>;

/// Trains a multilayer perceptron from He's initialisation by mini-batches, on one thread. The
/// training samples are shuffled every epoch; a last, smaller batch is used too. The same data and
/// options give the same bits on the same machine and BLAS.
/// Throws UserError for options out of range, data they do not fit, and a loss that is not finite
/// (naming epoch and step).
TrainedNetwork train(const Dataset& data, const TrainingOptions& options,
                     const EpochProgress& progress = {});

}  // namespace minerva::training
