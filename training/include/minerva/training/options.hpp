#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/design/topology.hpp"

namespace minerva::training {

enum class Optimizer { sgd, adam };
/// The learning rate over time. constant; step: times step_factor after every step_epochs epochs;
/// cosine: half a cosine from learning_rate to 0 over all steps (Loshchilov and Hutter, SGDR,
/// 2017).
enum class Schedule { constant, step, cosine };

const char* to_string(Optimizer optimizer);
const char* to_string(Schedule schedule);
Optimizer parse_optimizer(const std::string& text, const std::string& key);
Schedule parse_schedule(const std::string& text, const std::string& key);

/// What training adds to the cross-entropy. The loss of a batch of B samples is
///   1/B sum_samples (cross-entropy + activation_l1 * sum_hidden x)
///     + l1 * sum_weights |w| + l2 * sum_weights w^2
/// with x the hidden activations after ReLU and dropout. Biases are not penalised.
struct Regularization {
  double l1 = 1e-5;             ///< a weight (book, Table 4.1: 1e-5 for MNIST)
  double l2 = 1e-6;             ///< a weight (own search; the book's 1e-5 is in its own scale)
  double activation_l1 = 1e-4;  ///< a hidden activation; raises the share of zeros (own search)
  /// Of hidden activations set to 0, the rest scaled up (own search).
  double dropout_fraction = 0.25;
};

/// How one network is trained. Defaults are this project's recipe for MNIST (training/README.md).
struct TrainingOptions {
  std::vector<int> hidden{256, 256, 256};  ///< neurons of each hidden layer (book, Table 4.1)
  Optimizer optimizer = Optimizer::adam;
  double learning_rate = 2e-3;  ///< own search
  double momentum = 0.9;        ///< of sgd; unused by adam, whose decays are 0.9 and 0.999
  Regularization regularization;
  int batch_size = 200;
  int epochs = 16;
  Schedule schedule = Schedule::cosine;
  int step_epochs = 10;      ///< of the schedule step
  double step_factor = 0.1;  ///< of the schedule step
  /// Stop after this many epochs without fewer wrong validation samples, and return the weights of
  /// the epoch that had fewest; 0: train all epochs and return the last.
  int patience_epochs = 0;
  std::uint64_t seed = 1;
};

/// Throws UserError naming the key "training.xxx", its value and its range.
void check(const TrainingOptions& options);
/// The whole recipe on one line, for the record.
std::string describe(const TrainingOptions& options, const Topology& topology);

}  // namespace minerva::training
