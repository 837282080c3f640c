#pragma once
#include "minerva/codesign/options.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva::codesign {

/// Formats of these widths for a trained float network, to begin a training for the hardware from:
/// per layer the binary points of weights and activations, and the power of two that the layer's
/// outputs are scaled by, which together lose the least of weights and activations (the mean square
/// error over the mean square, added). Products keep every fraction bit of their factors, less what
/// a given width cannot hold. The one datapath has these widths, with a binary point per layer
/// (Widest::per_layer_point).
/// @param samples whose activations are looked at, up to kCalibrationSamples of them
/// Throws UserError naming "finetune.product_bits" for products that have no room for their integer
/// bits. The network must be a chain of dense layers.
QuantizationPlan calibrated_plan(const GraphNetwork& network, const Samples& samples,
                                 const SignalWidths& widths);
inline constexpr int kCalibrationSamples = 256;

/// Bits of a product of two words that loses nothing: of inputs that are not negative, and of any.
int whole_product_bits(int weight_bits, int activation_bits, bool positive_inputs);

/// The thresholds of a plan whose layers all skip codes below `theta_code`.
PruningThresholds thresholds_of_codes(const QuantizationPlan& plan,
                                      const std::vector<int>& theta_codes);

}  // namespace minerva::codesign
