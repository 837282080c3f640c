#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/range.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva::training {

struct TrainingOptions;

/// A cell of one chip that is known to fail, in which a bit of a weight is stored.
struct KnownFault {
  int layer = 0;
  std::size_t weight = 0;    ///< index j * n_out + i of the layer
  int bit = 0;               ///< 0: the lowest of its word
  std::optional<int> reads;  ///< 0 or 1 whatever is stored; nothing: the opposite of what is stored
};

/// Training that computes what the accelerator computes: weights, biases, inputs and activations in
/// the formats of a plan, products rounded and saturated one by one, inputs below a threshold
/// skipped, weights read from a memory with faulty bits (TrainingOptions::faults). The forward pass
/// gives the codes and accumulators of libs/engine. Backward, each rounding counts as the identity
/// (straight-through estimator), a saturated or negative sum passes no gradient on, and the
/// gradient moves float weights, which stay within half a step of what their format can hold.
struct HardwareTraining {
  QuantizationPlan plan;         ///< a format set for every layer
  PruningThresholds thresholds;  ///< one a layer; empty: none
  /// The cells of the one chip that is trained for, by layer and weight, masked as
  /// TrainingOptions::faults says, whose rate is then 0; empty: faults are drawn at that rate.
  std::vector<KnownFault> known_faults;
  /// Weights and biases that the training begins from, of the same layers; null: random ones.
  std::shared_ptr<const GraphNetwork> start;
  /// A network of fully connected layers whose outputs are learnt beside the labels, of the inputs
  /// that the trained network reads or of the whole samples; null: the labels alone are learnt.
  std::shared_ptr<const GraphNetwork> teacher;
  /// Share of the teacher in the loss: (1 - share) cross-entropy with the label + share T^2 times
  /// the divergence of the outputs at temperature T from the teacher's (Hinton et al., 2015).
  double teacher_share = 0.5;
  double temperature = 2;
};

namespace ranges {
inline constexpr Range<double> kTeacherShare{0, 1};
inline constexpr Range<double> kTemperature{0.1, 100};
}  // namespace ranges

/// Throws UserError naming the key in section [finetune] for what no single range can check: other
/// than fully connected layers, dropout, a plan or a start of other layers.
void check_hardware(const TrainingOptions& options);
/// The same of what the data decide: the inputs of the teacher.
void check_hardware_fits(const TrainingOptions& options, const Dataset& data);
/// What a record says of it, behind the rest of the recipe.
std::string describe(const HardwareTraining& hardware);
/// Every value that a result depends on, a line each, networks by the SHA-256 of their numbers.
std::string hardware_text(const HardwareTraining& hardware);

/// Wrong samples of a trained network by the arithmetic that it was trained for: that of the
/// bit-true engine where there is hardware, float otherwise. Without faults.
std::int64_t wrong_samples(const GraphNetwork& network, const TrainingOptions& options,
                           const Samples& samples, int threads = 1);

}  // namespace minerva::training
