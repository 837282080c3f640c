#include "hardware_arithmetic.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva::training {
namespace {

/// Integers up to this are exact in a float, and so is their half step.
constexpr std::int64_t kLargestExact = std::int64_t{1} << 23;

/// Whether float chains give the accumulators of a layer (HardwareLayer::exact_in_float).
bool is_exact_in_float(const LayerFormats& formats, int n_in, bool inputs_are_positive) {
  const int gained = formats.product.fraction_bits - formats.weight.fraction_bits -
                     formats.activation.fraction_bits;
  if (gained < 0 || gained > 23) return false;  // products lose bits, or their codes are too long
  const std::int64_t w = -formats.weight.min_code();
  const std::int64_t x = inputs_are_positive ? 0 : -formats.activation.min_code();
  const std::int64_t step = std::int64_t{1} << gained;
  const std::int64_t highest =
      std::max(formats.weight.max_code() * formats.activation.max_code(), w * x) * step;
  const std::int64_t lowest =
      -std::max(w * formats.activation.max_code(), formats.weight.max_code() * x) * step;
  if (highest > formats.product.max_code() || lowest < formats.product.min_code()) return false;
  const std::int64_t bias = -formats.product.min_code();
  return bias + n_in * std::max(highest, -lowest) <= kLargestExact;
}

}  // namespace

namespace {

/// The value that each code of a layer's W becomes where it shares weights.
std::vector<float> nearest_values(const HardwareLayer& layer) {
  std::vector<float> values;
  if (layer.codebook.empty()) return values;
  const QFormat w = layer.weight.format;
  for (std::int64_t code = w.min_code(); code <= w.max_code(); ++code) {
    const int entry = layer.codebook.nearest(static_cast<std::int32_t>(code));
    values.push_back(static_cast<float>(entry * layer.weight.code_step()));
  }
  return values;
}

}  // namespace

std::vector<HardwareLayer> hardware_layers(const Topology& topology,
                                           const HardwareTraining& hardware,
                                           bool inputs_are_positive) {
  std::vector<HardwareLayer> layers;
  for (int k = 0; k < topology.layers(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    const LayerFormats& formats = hardware.plan.layers[at];
    const int read_scale = k == 0 ? 0 : hardware.plan.layers[at - 1].scale_exponent;
    HardwareLayer layer;
    layer.weight = {formats.weight, weight_scale_exponent(hardware.plan, at)};
    layer.codebook = formats.codebook;
    layer.nearest = nearest_values(layer);
    layer.bias = {formats.product, formats.scale_exponent};
    layer.input = {formats.activation, read_scale};
    if (!hardware.thresholds.theta.empty()) {
      layer.theta_code =
          threshold_code(hardware.thresholds.theta[at], formats.activation, "finetune.thresholds");
    }
    layer.exact_in_float =
        is_exact_in_float(formats, topology.fan_in(k), k > 0 || inputs_are_positive);
    layers.push_back(layer);
  }
  return layers;
}

HardwareArithmetic::HardwareArithmetic(const Topology& topology, const HardwareTraining& hardware,
                                       bool inputs_are_positive)
    : plan_(hardware.plan),
      rounding_(hardware.plan.rounding),
      layers_(hardware_layers(topology, hardware, inputs_are_positive)) {}

void HardwareArithmetic::round_network_inputs(float* values, std::size_t count) const {
  round_inputs(values, count, layer(0).input, rounding_, layer(0).theta_code);
}

void HardwareArithmetic::activate_layer(int k, float* sums, float* gates, std::size_t count) const {
  activate(sums, gates, count, layer(k + 1).input, rounding_, layer(k + 1).theta_code);
}

DenseLayerSums HardwareArithmetic::layer_sums(int k, const ParameterLayout& layout,
                                              const float* parameters) const {
  const HardwareLayer& own = layer(k);
  QuantizedLayers network;
  network.rounding = rounding_;
  network.layers.resize(1);
  QuantizedLayer& to = network.layers.front();
  to.n_in = layout.topology().fan_in(k);
  to.n_out = layout.topology().fan_out(k);
  to.formats = plan_.layers[static_cast<std::size_t>(k)];
  to.theta_code = own.theta_code;
  const float* weights = parameters + layout.weights_at(k);
  to.weights.resize(layout.weights_size(k));
  const double weight_codes = own.weight.codes_per_unit();
  std::transform(weights, weights + to.weights.size(), to.weights.begin(), [&](float w) {
    // NaN, of a training that has diverged, is no code: the epoch's weight penalty will say so.
    return std::isnan(w) ? std::int16_t{0}
                         : static_cast<std::int16_t>(static_cast<double>(w) * weight_codes);
  });
  const float* biases = parameters + layout.biases_at(k);
  to.biases.resize(static_cast<std::size_t>(to.n_out));
  const double bias_codes = own.bias.codes_per_unit();
  std::transform(biases, biases + to.biases.size(), to.biases.begin(), [&](float b) {
    if (std::isnan(b)) return 0;
    // The largest code of a long format is no float; the nearest one lies just beyond it.
    const double code = static_cast<double>(b) * bias_codes;
    return static_cast<std::int32_t>(
        std::min(code, static_cast<double>(own.bias.format.max_code())));
  });
  return DenseLayerSums(network, 0);
}

void HardwareArithmetic::codes_of_inputs(int k, const float* values, std::size_t count,
                                         std::int16_t* codes) const {
  const double per_unit = layer(k).input.codes_per_unit();
  for (std::size_t i = 0; i < count; ++i) {
    codes[i] = std::isnan(values[i])
                   ? std::int16_t{0}
                   : static_cast<std::int16_t>(static_cast<double>(values[i]) * per_unit);
  }
}

void HardwareArithmetic::values_of_sums(int k, const std::int64_t* accumulators, int count,
                                        float* sums, float* gates) const {
  const ScaledFormat& from = layer(k).bias;
  if (k + 1 == layers()) {
    const double step = from.code_step();
    for (int i = 0; i < count; ++i) {
      sums[i] = static_cast<float>(static_cast<double>(accumulators[i]) * step);
    }
    return;
  }
  const HardwareLayer& next = layer(k + 1);
  const double step = next.input.code_step();
  for (int i = 0; i < count; ++i) {
    const std::int64_t rectified = std::max<std::int64_t>(accumulators[i], 0);
    const std::int64_t code =
        round_code(next.input.format, rectified, from.format.fraction_bits, rounding_);
    // As activate(): saturated by more than half a step.
    const double exact = std::ldexp(static_cast<double>(rectified),
                                    next.input.format.fraction_bits - from.format.fraction_bits);
    gates[i] =
        accumulators[i] > 0 && exact < static_cast<double>(next.input.format.max_code()) + 0.5
            ? 1.0F
            : 0.0F;
    sums[i] = code < next.theta_code ? 0.0F : static_cast<float>(static_cast<double>(code) * step);
  }
}

}  // namespace minerva::training
