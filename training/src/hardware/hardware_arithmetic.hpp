#pragma once
#include <cstdint>
#include <vector>

#include "minerva/engine/dense_layer_sums.hpp"
#include "minerva/network/quantized_network.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/gradient.hpp"
#include "minerva/training/hardware_training.hpp"
#include "rounding_loops.hpp"

namespace minerva::training {

/// One layer as the hardware computes it, in the units of the float network: every signal is a code
/// times a power of two, so that a float holds it exactly.
struct HardwareLayer {
  ScaledFormat weight;
  Codebook codebook;           ///< that the weights share; empty: none
  std::vector<float> nearest;  ///< [code of W - the lowest one]: value of the nearest entry
  ScaledFormat bias;           ///< in the format of products
  ScaledFormat input;          ///< of the words that the layer reads
  int theta_code = 0;
  /// No product is rounded or saturated and every sum of products fits the 24 bits of a float, so
  /// that chains of float operations, in whatever order, give the exact accumulator.
  bool exact_in_float = false;
};

/// The forward pass of the accelerator for LossGradient: what replaces float sums and ReLU.
class HardwareArithmetic {
 public:
  /// @param inputs_are_positive no input of a sample is below 0, which bounds the products of the
  ///        first layer
  HardwareArithmetic(const Topology& topology, const HardwareTraining& hardware,
                     bool inputs_are_positive);

  int layers() const { return static_cast<int>(layers_.size()); }
  const HardwareLayer& layer(int k) const { return layers_[static_cast<std::size_t>(k)]; }
  Rounding rounding() const { return rounding_; }

  void round_network_inputs(float* values, std::size_t count) const;
  /// What layer k hands on to layer k + 1: activate() in the format that k + 1 reads.
  void activate_layer(int k, float* sums, float* gates, std::size_t count) const;

  /// Layer k with weights and biases as values that its memory holds, for sums that a float cannot
  /// add exactly. @param parameters all of the network's, as read
  DenseLayerSums layer_sums(int k, const ParameterLayout& layout, const float* parameters) const;
  /// Codes of the inputs of layer k from their values.
  void codes_of_inputs(int k, const float* values, std::size_t count, std::int16_t* codes) const;
  /// The accumulators of layer k as values of the float network. Of a hidden layer `sums` become
  /// the activations that it hands on, and gates as activate().
  void values_of_sums(int k, const std::int64_t* accumulators, int count, float* sums,
                      float* gates) const;

 private:
  QuantizationPlan plan_;
  Rounding rounding_;
  std::vector<HardwareLayer> layers_;
};

/// The layers of a plan in the units of the float network.
std::vector<HardwareLayer> hardware_layers(const Topology& topology,
                                           const HardwareTraining& hardware,
                                           bool inputs_are_positive);

}  // namespace minerva::training
