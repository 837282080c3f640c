#pragma once
#include "minerva/data/load_dataset.hpp"
#include "minerva/network/network.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// A problem that trains in a tenth of a second, for several test programs. 1,010 samples leave a
/// last, smaller batch.
inline Dataset small_digits() {
  DataOptions options;
  options.train_samples = 1010;
  options.validation_samples = 300;
  options.test_samples = 300;
  return load_dataset(options);
}

inline TrainingOptions small_options() {
  TrainingOptions options;
  options.hidden = {40, 30};
  options.batch_size = 50;
  options.epochs = 4;
  options.regularization.dropout_fraction = 0.1;
  return options;
}

/// Every step multiplies the weights by about -1799: overflow within the first epoch's 21 steps.
inline TrainingOptions diverging_options() {
  TrainingOptions options = small_options();
  options.optimizer = Optimizer::sgd;
  options.learning_rate = 90;
  options.schedule = Schedule::constant;
  options.regularization.l2 = 1;
  return options;
}

inline bool same_bits(const GraphNetwork& a, const GraphNetwork& b) {
  if (a.layers.size() != b.layers.size()) return false;
  for (std::size_t k = 0; k < a.layers.size(); ++k) {
    if (a.layers[k].weights != b.layers[k].weights) return false;
    if (a.layers[k].biases != b.layers[k].biases) return false;
  }
  return true;
}

}  // namespace minerva::training
