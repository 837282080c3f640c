#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/base/range.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/augmentation.hpp"

namespace minerva::training {

struct HardwareTraining;

/// sgd: with momentum; nesterov: its gradient looks ahead (Sutskever et al., 2013); adam: Kingma
/// and Ba, 2015; rmsprop: Tieleman and Hinton, 2012.
enum class Optimizer { sgd, nesterov, adam, rmsprop };
/// The learning rate after the warm-up. constant; step: times step_factor after every step_epochs
/// epochs; cosine: half a cosine from learning_rate to 0 over all remaining steps (Loshchilov and
/// Hutter, SGDR, 2017).
enum class Schedule { constant, step, cosine };
/// Variance of the initial weights. he: 2 / n_in (He et al., 2015); glorot: 2 / (n_in + n_out)
/// (Glorot and Bengio, 2010). Biases begin at 0.
enum class Initialization { he, glorot };
enum class InitialDistribution { normal, uniform };

constexpr EnumNames<Optimizer, 4> enum_names(Optimizer) {
  return {{{Optimizer::sgd, "sgd"},
           {Optimizer::nesterov, "nesterov"},
           {Optimizer::adam, "adam"},
           {Optimizer::rmsprop, "rmsprop"}}};
}
constexpr EnumNames<Schedule, 3> enum_names(Schedule) {
  return {
      {{Schedule::constant, "constant"}, {Schedule::step, "step"}, {Schedule::cosine, "cosine"}}};
}
constexpr EnumNames<Initialization, 2> enum_names(Initialization) {
  return {{{Initialization::he, "he"}, {Initialization::glorot, "glorot"}}};
}
constexpr EnumNames<InitialDistribution, 2> enum_names(InitialDistribution) {
  return {{{InitialDistribution::normal, "normal"}, {InitialDistribution::uniform, "uniform"}}};
}

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
  /// Of the inputs that are not 0, set to 0, the rest scaled up.
  double input_dropout_fraction = 0;
};

/// Training under random faults: forward and backward use the weights as a faulty memory hands them
/// out; the gradient updates the clean ones (straight-through estimator).
struct WeightFaults {
  double rate = 0;              ///< of each bit; 0: off
  std::string format = "Q1.7";  ///< of the stored weights
  Masking masking = Masking::bit;
  SignPolicy sign = SignPolicy::zero;
  int steps_per_map = 1;  ///< a new fault map after so many steps

  /// Razor flags the columns where something is masked.
  Mitigation mitigation() const {
    return {masking, sign, masking == Masking::none ? Detector::none : Detector::razor};
  }
};

/// How one network is trained. Defaults are this project's recipe for MNIST (training/README.md).
struct TrainingOptions {
  std::vector<int> hidden{256, 256, 256};  ///< neurons of each hidden layer (book, Table 4.1)
  /// Layers of any kind, which then stand for the hidden ones; none: dense layers, `hidden`.
  LayerGraph network;
  Augmentation augmentation;  ///< of the training samples, which must be images
  Optimizer optimizer = Optimizer::adam;
  double learning_rate = 2e-3;    ///< own search
  double momentum = 0.9;          ///< of sgd and nesterov
  double mean_decay = 0.9;        ///< of adam (its authors' beta_1)
  double variance_decay = 0.999;  ///< of adam (its authors' beta_2)
  double rmsprop_decay = 0.9;     ///< of rmsprop's mean square (its authors' 0.9)
  double epsilon = 1e-8;          ///< of adam and rmsprop, beside the root
  double clip_norm = 0;           ///< largest norm of the whole gradient; 0: not clipped
  Regularization regularization;
  int batch_size = 200;
  int epochs = 16;
  Schedule schedule = Schedule::cosine;
  int warmup_epochs = 0;     ///< the rate rises linearly from 0; the schedule follows
  int step_epochs = 10;      ///< of the schedule step
  double step_factor = 0.1;  ///< of the schedule step
  /// Stop after this many epochs without a better one, and return the weights of the best; 0: train
  /// all epochs and return the last. Better: fewer wrong validation samples, or as many and a lower
  /// validation loss.
  int patience_epochs = 0;
  Initialization initialization = Initialization::he;
  InitialDistribution initial_distribution = InitialDistribution::normal;
  WeightFaults faults;
  /// What the accelerator computes in place of floats (hardware_training.hpp); null: training in
  /// float. The formats are then those of its plan, and faults.format is not used.
  std::shared_ptr<const HardwareTraining> hardware;
  std::uint64_t seed = 1;
};

/// What each option may be. The keys of sections [training] and [sweep] and check() take it here.
namespace ranges {
inline constexpr Range<int> kHiddenLayers{0, kMaxLayers - 1};
inline constexpr Range<int> kHiddenNeurons{1, kMaxLayerWidth};
inline constexpr Range<double> kLearningRate{0, 100, true};
inline constexpr Range<double> kMomentum{0, 0.9999};
inline constexpr Range<double> kMeanDecay{0, 0.9999};
inline constexpr Range<double> kVarianceDecay{0, 0.999999};
inline constexpr Range<double> kRmspropDecay{0, 0.999999};
inline constexpr Range<double> kEpsilon{1e-30, 1};
inline constexpr Range<double> kClipNorm{0, 1e12};
inline constexpr Range<double> kPenalty{0, 10};  ///< l1, l2 and activation_l1
inline constexpr Range<double> kDropoutFraction{0, 0.95};
inline constexpr Range<int> kBatchSize{1, 65536};
inline constexpr Range<int> kEpochs{1, 100000};
inline constexpr Range<double> kStepFactor{0, 1, true};
inline constexpr Range<double> kFaultRate{0, kMaxFaultRate};
inline constexpr Range<int> kStepsPerMap{1, 1000000000};
inline constexpr Range<double> kDegrees{0, 180};
inline constexpr Range<double> kDistortionPercent{0, 90};
inline constexpr Range<double> kBendPixels{0, kMaxWindowExtent};
inline constexpr Range<int> kPixels{0, kMaxWindowExtent};  ///< of augmentation
}  // namespace ranges

/// When a training under way is saved. Neither changes a result.
struct CheckpointRule {
  int epochs = 0;      ///< after every so many epochs; 0: never
  double seconds = 0;  ///< after every so many seconds, at the end of a step; 0: never
};

/// Throws UserError naming the key "training.xxx", its value and its range.
void check(const TrainingOptions& options);
/// The whole recipe on one line, for the record.
std::string describe(const TrainingOptions& options, const Topology& topology);
/// The same of a network of any layers, with its augmentation.
std::string describe(const TrainingOptions& options, const LayerGraph& graph);
/// Every option that a result depends on, one "name = value" a line, doubles to the last bit.
std::string option_text(const TrainingOptions& options);

}  // namespace minerva::training
