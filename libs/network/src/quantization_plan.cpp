#include "minerva/network/quantization_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {

void check_formats(const LayerFormats& f, const std::string& key) {
  check_format(f.weight, kMaxOperandBits, key + ".W");
  check_format(f.activation, kMaxOperandBits, key + ".X");
  check_format(f.product, kMaxProductBits, key + ".P");
  if (f.weight.bits() < 2) throw UserError(key + ".W", to_string(f.weight), "needs 2 bits or more");
  if (std::abs(f.scale_exponent) > kMaxScaleExponent) {
    throw UserError(key + ".scale", std::to_string(f.scale_exponent),
                    "needs a power of two from " + std::to_string(-kMaxScaleExponent) + " to " +
                        std::to_string(kMaxScaleExponent));
  }
  if (!f.codebook.empty()) check_codebook(f.codebook, f.weight, key + ".codebook");
}

int weight_scale_exponent(const QuantizationPlan& plan, std::size_t k) {
  return plan.layers[k].scale_exponent - (k == 0 ? 0 : plan.layers[k - 1].scale_exponent);
}

QuantizationPlan uniform_plan(int layers, const LayerFormats& formats, Rounding rounding) {
  return {rounding, std::vector<LayerFormats>(static_cast<std::size_t>(layers), formats)};
}

namespace {
using SignalOf = QFormat LayerFormats::*;
constexpr SignalOf kSignals[] = {&LayerFormats::weight, &LayerFormats::activation,
                                 &LayerFormats::product};
}  // namespace

QuantizationPlan hardware_plan(const QuantizationPlan& plan, Widest widest) {
  expects(!plan.layers.empty(), "hardware_plan: a plan without layers");
  QuantizationPlan hardware = plan;
  for (const SignalOf signal : kSignals) {
    int m = 0;
    int n = 0;
    int bits = 0;
    for (const LayerFormats& layer : plan.layers) {
      m = std::max(m, (layer.*signal).integer_bits);
      n = std::max(n, (layer.*signal).fraction_bits);
      bits = std::max(bits, (layer.*signal).bits());
    }
    for (LayerFormats& layer : hardware.layers) {
      QFormat& format = layer.*signal;
      format = widest == Widest::one_binary_point
                   ? QFormat{m, n}
                   : QFormat{format.integer_bits, bits - format.integer_bits};
    }
  }
  for (std::size_t k = 0; k < plan.layers.size(); ++k) {
    LayerFormats& layer = hardware.layers[k];
    layer.codebook = requantized(layer.codebook, plan.layers[k].weight, layer.weight);
  }
  check_formats(hardware.layers.front(), std::string("quantize.widest = ") + to_string(widest));
  return hardware;
}

void DatapathWidths::add(const Codebook& codebook) {
  if (codebook.empty()) {
    expects(codebooks == 0, "the layers of a plan have codebooks or have none");
    return;
  }
  const bool signs = sign_weight_shift(codebook).has_value();
  sign_weights = codebooks == 0 ? signs : sign_weights && signs;
  index_bits = std::max(index_bits, codebook.bits());
  ++codebooks;
}

DatapathWidths datapath_widths(const QuantizationPlan& plan, const Topology& topology) {
  expects(static_cast<int>(plan.layers.size()) == topology.layers(),
          "datapath_widths: plan and topology differ in layers");
  DatapathWidths widths{0, 0, 0, 0};
  for (int k = 0; k < topology.layers(); ++k) {
    const LayerFormats& f = plan.layers[static_cast<std::size_t>(k)];
    widths.weight_bits = std::max(widths.weight_bits, f.weight.bits());
    widths.activation_bits = std::max(widths.activation_bits, f.activation.bits());
    widths.product_bits = std::max(widths.product_bits, f.product.bits());
    widths.add(f.codebook);
    widths.accumulator_bits =
        std::max(widths.accumulator_bits, accumulator_bits(f.product, topology.fan_in(k)));
  }
  return widths;
}

int threshold_code(double theta, QFormat activation, const std::string& key) {
  const double limit = std::ldexp(1.0, activation.integer_bits - 1);
  if (!(std::isfinite(theta) && theta >= 0 && theta <= limit)) {
    throw UserError(key, number_text(theta),
                    "needs 0 to " + number_text(limit) + ", the reach of " + to_string(activation));
  }
  return static_cast<int>(std::ceil(std::ldexp(theta, activation.fraction_bits)));
}

}  // namespace minerva
