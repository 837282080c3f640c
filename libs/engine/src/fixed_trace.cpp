#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/engine/fixed_engine.hpp"

namespace minerva {

QuantizedLayer quantize_layer(const Network& network, const QuantizationPlan& plan, std::size_t k) {
  const DenseLayer& from = network.layers[k];
  QuantizedLayer to;
  to.n_in = static_cast<int>(from.weights.cols());
  to.n_out = static_cast<int>(from.weights.rows());
  to.formats = plan.layers[k];
  check_formats(to.formats, "layer " + std::to_string(k));
  const double weight_scale = std::ldexp(1.0, weight_scale_exponent(plan, k));
  const double bias_scale = std::ldexp(1.0, to.formats.scale_exponent);
  to.weights.resize(static_cast<std::size_t>(from.weights.size()));
  std::transform(from.weights.data(), from.weights.data() + from.weights.size(), to.weights.begin(),
                 [&](float w) {
                   return static_cast<std::int16_t>(round_to(to.formats.weight, w * weight_scale));
                 });
  to.biases.resize(static_cast<std::size_t>(from.biases.size()));
  std::transform(from.biases.data(), from.biases.data() + from.biases.size(), to.biases.begin(),
                 [&](float b) {
                   return static_cast<std::int32_t>(round_to(to.formats.product, b * bias_scale));
                 });
  return to;
}

QuantizedNetwork quantize_network(const Network& network, const QuantizationPlan& plan,
                                  const PruningThresholds& thresholds) {
  const std::size_t layers = network.layers.size();
  const auto count = [](std::size_t n) { return std::to_string(n) + " layers"; };
  if (plan.layers.size() != layers) {
    throw UserError("plan", count(plan.layers.size()), "the network has " + count(layers));
  }
  if (!thresholds.theta.empty() && thresholds.theta.size() != layers) {
    throw UserError("thresholds", count(thresholds.theta.size()),
                    "the network has " + count(layers));
  }
  QuantizedNetwork quantized;
  quantized.rounding = plan.rounding;
  for (std::size_t k = 0; k < layers; ++k) {
    QuantizedLayer to = quantize_layer(network, plan, k);
    if (!thresholds.theta.empty()) {
      to.theta_code = threshold_code(thresholds.theta[k], to.formats.activation,
                                     "threshold of layer " + std::to_string(k));
    }
    quantized.layers.push_back(std::move(to));
  }
  return quantized;
}

std::vector<std::int16_t> codes_of(const float* values, std::size_t count, QFormat format,
                                   Rounding mode) {
  check_format(format, kMaxOperandBits, "format of the inputs");
  std::vector<std::int16_t> codes(count);
  std::transform(values, values + count, codes.begin(), [&](float x) {
    return x == 0.0F ? std::int16_t{0} : static_cast<std::int16_t>(round_to(format, x, mode));
  });
  return codes;
}

std::vector<std::int16_t> input_codes(const SampleInputs& inputs, QFormat format, Rounding mode) {
  const auto n_in = static_cast<std::size_t>(inputs.rows());
  std::vector<std::int16_t> codes;
  codes.reserve(n_in * static_cast<std::size_t>(inputs.cols()));
  std::vector<float> column(n_in);
  for (Eigen::Index s = 0; s < inputs.cols(); ++s) {
    inputs.copy_column(s, column.data());
    const std::vector<std::int16_t> of_sample = codes_of(column.data(), n_in, format, mode);
    codes.insert(codes.end(), of_sample.begin(), of_sample.end());
  }
  return codes;
}

FixedTrace trace_prediction(const QuantizedNetwork& network, const std::int16_t* input) {
  FixedTrace trace;
  std::vector<std::int32_t> x(input, input + network.layers.front().n_in);
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    const LayerFormats& f = layer.formats;
    std::vector<std::int64_t> acc(layer.biases.begin(), layer.biases.end());
    for (int j = 0; j < layer.n_in; ++j) {
      if (layer.skips(x[static_cast<std::size_t>(j)])) continue;
      for (int i = 0; i < layer.n_out; ++i) {
        const std::int64_t product =
            std::int64_t{network.weight_as_read(static_cast<int>(k), j, i)} *
            x[static_cast<std::size_t>(j)];
        acc[static_cast<std::size_t>(i)] +=
            round_code(f.product, product, f.weight.fraction_bits + f.activation.fraction_bits,
                       network.rounding);
      }
    }
    trace.inputs.push_back(x);
    if (k + 1 < network.layers.size()) {
      x.assign(acc.size(), 0);
      std::transform(acc.begin(), acc.end(), x.begin(), [&](std::int64_t a) {
        return static_cast<std::int32_t>(round_code(network.layers[k + 1].formats.activation,
                                                    std::max<std::int64_t>(a, 0),
                                                    f.product.fraction_bits, network.rounding));
      });
    } else {
      trace.predicted_class =
          static_cast<int>(std::max_element(acc.begin(), acc.end()) - acc.begin());
    }
    trace.accumulators.push_back(std::move(acc));
  }
  return trace;
}

}  // namespace minerva
