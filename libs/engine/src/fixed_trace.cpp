#include <algorithm>

#include "layer_dispatch.hpp"
#include "minerva/engine/fixed_engine.hpp"

namespace minerva {

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
    const LayerFormats& f = network.layers[k].formats;
    std::vector<std::int64_t> acc = exact_sums(network, static_cast<int>(k), x);
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
