#include "minerva/codesign/calibrated_plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "minerva/base/errors.hpp"
#include "minerva/training/gradient.hpp"

namespace minerva::codesign {
namespace {

/// Steps of 2^-exponent that are tried, both ways.
constexpr int kMostExponent = kMaxScaleExponent;

/// What rounding to `bits` bits in steps of 2^-exponent loses: mean square error over mean square.
double relative_loss(const std::vector<float>& values, int bits, int exponent) {
  const double per_unit = std::ldexp(1.0, exponent);
  const double step = std::ldexp(1.0, -exponent);
  const double largest = std::ldexp(1.0, bits - 1) - 1;
  double error = 0;
  double square = 0;
  for (const float value : values) {
    const double exact = value;
    const double code =
        std::min(std::max(std::floor(exact * per_unit + 0.5), -largest - 1), largest);
    error += (exact - code * step) * (exact - code * step);
    square += exact * exact;
  }
  return square > 0 ? error / square : 0;
}

/// The losses of every exponent from -kMostExponent on.
std::vector<double> losses(const std::vector<float>& values, int bits) {
  std::vector<double> all;
  for (int e = -kMostExponent; e <= kMostExponent; ++e) {
    all.push_back(relative_loss(values, bits, e));
  }
  return all;
}

double loss_at(const std::vector<double>& losses, int exponent) {
  if (exponent < -kMostExponent || exponent > kMostExponent) {
    return std::numeric_limits<double>::infinity();
  }
  return losses[static_cast<std::size_t>(exponent + kMostExponent)];
}

/// What each layer of the float network computes for some samples.
std::vector<std::vector<float>> activations_of(const GraphNetwork& network,
                                               const Samples& samples) {
  const training::ParameterLayout layout(network.graph.topology());
  std::vector<float> parameters(layout.size());
  for (int k = 0; k < layout.topology().layers(); ++k) {
    const LayerParameters& from = network.layers[static_cast<std::size_t>(k)];
    std::copy_n(from.weights.data(), from.weights.size(), parameters.data() + layout.weights_at(k));
    std::copy_n(from.biases.data(), from.biases.size(), parameters.data() + layout.biases_at(k));
  }
  const auto count = static_cast<int>(std::min<std::int64_t>(samples.size(), kCalibrationSamples));
  training::LossGradient<float> pass(layout, {0, 0, 0, 0, 0}, count);
  std::vector<float> outputs(static_cast<std::size_t>(layout.topology().outputs()) *
                             static_cast<std::size_t>(count));
  pass.outputs(parameters.data(), {&samples.inputs, samples.labels.data(), count}, outputs.data());
  std::vector<std::vector<float>> all;
  for (int k = 0; k < layout.topology().layers(); ++k) all.push_back(pass.last_activations(k));
  return all;
}

std::vector<float> inputs_of(const Samples& samples) {
  const auto count = std::min<std::int64_t>(samples.size(), kCalibrationSamples);
  const auto rows = static_cast<std::size_t>(samples.inputs.rows());
  std::vector<float> all(rows * static_cast<std::size_t>(count));
  for (std::int64_t s = 0; s < count; ++s) {
    samples.inputs.copy_column(s, all.data() + rows * static_cast<std::size_t>(s));
  }
  return all;
}

/// Fraction bits and scale of a layer's weights, and fraction bits of the activations that follow.
struct LayerChoice {
  int weight_fraction = 0;
  int scale_exponent = 0;
  int next_fraction = 0;
};

/// @param read_scale of the activations that the layer reads
LayerChoice choose(const std::vector<double>& weight_losses,
                   const std::vector<double>& activation_losses, int read_scale,
                   const SignalWidths& widths) {
  LayerChoice best;
  double least = std::numeric_limits<double>::infinity();
  // The finest binary points come first, so that of equal choices one of them is taken.
  for (int weight_fraction = widths.weight_bits - 1; weight_fraction >= 0; --weight_fraction) {
    for (int scale = kMaxScaleExponent; scale >= -kMaxScaleExponent; --scale) {
      const int weight_step = weight_fraction + scale - read_scale;
      const double of_weights = loss_at(weight_losses, weight_step);
      for (int fraction = widths.activation_bits - 1; fraction >= 0; --fraction) {
        const double loss =
            of_weights +
            (activation_losses.empty() ? 0 : loss_at(activation_losses, fraction + scale));
        if (loss >= least) continue;
        least = loss;
        best = {weight_fraction, scale, fraction};
      }
    }
  }
  return best;
}

QFormat product_format(const LayerFormats& formats, const SignalWidths& widths,
                       bool positive_inputs) {
  const int whole = whole_product_bits(widths.weight_bits, widths.activation_bits, positive_inputs);
  const int fraction = formats.weight.fraction_bits + formats.activation.fraction_bits;
  const int bits = widths.product_bits == 0 ? whole : widths.product_bits;
  const int kept = std::max(fraction + bits - whole, 0);
  if (bits - kept < 1 || bits < whole - fraction) {
    throw UserError("finetune.product_bits", std::to_string(bits),
                    "needs " + std::to_string(std::max(whole - fraction, 1)) +
                        " bits or more for the integer bits of products of " +
                        to_string(formats.weight) + " and " + to_string(formats.activation));
  }
  return {bits - kept, kept};
}

}  // namespace

int whole_product_bits(int weight_bits, int activation_bits, bool positive_inputs) {
  return std::min(weight_bits + activation_bits - (positive_inputs ? 1 : 0), kMaxProductBits);
}

QuantizationPlan calibrated_plan(const GraphNetwork& network, const Samples& samples,
                                 const SignalWidths& widths) {
  expects(network.graph.is_dense_chain(), "calibrated_plan takes dense chains");
  const std::vector<std::vector<float>> activations = activations_of(network, samples);
  const std::vector<float> inputs = inputs_of(samples);
  const bool positive = std::none_of(inputs.begin(), inputs.end(), [](float x) { return x < 0; });
  QuantizationPlan plan;
  const std::vector<double> input_losses = losses(inputs, widths.activation_bits);
  int input_fraction = widths.activation_bits - 1;
  for (int f = input_fraction - 1; f >= 0; --f) {
    if (loss_at(input_losses, f) < loss_at(input_losses, input_fraction)) input_fraction = f;
  }
  int read_scale = 0;
  int read_fraction = input_fraction;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const Eigen::MatrixXf& matrix = network.layers[k].weights;
    const std::vector<float> weights(matrix.data(), matrix.data() + matrix.size());
    const bool hidden = k + 1 < network.layers.size();
    const LayerChoice choice =
        choose(losses(weights, widths.weight_bits),
               hidden ? losses(activations[k], widths.activation_bits) : std::vector<double>{},
               read_scale, widths);
    LayerFormats formats;
    formats.weight = {widths.weight_bits - choice.weight_fraction, choice.weight_fraction};
    formats.activation = {widths.activation_bits - read_fraction, read_fraction};
    formats.scale_exponent = choice.scale_exponent;
    formats.product = product_format(formats, widths, k > 0 || positive);
    plan.layers.push_back(formats);
    read_scale = choice.scale_exponent;
    read_fraction = choice.next_fraction;
  }
  return plan;
}

PruningThresholds thresholds_of_codes(const QuantizationPlan& plan,
                                      const std::vector<int>& theta_codes) {
  PruningThresholds thresholds;
  if (std::all_of(theta_codes.begin(), theta_codes.end(), [](int code) { return code == 0; })) {
    return thresholds;
  }
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    thresholds.theta.push_back(theta_codes[k] * plan.layers[k].activation.step());
  }
  return thresholds;
}

}  // namespace minerva::codesign
