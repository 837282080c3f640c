#include "minerva/nn/saturation.hpp"

#include <algorithm>

#include "minerva/core/errors.hpp"
#include "minerva/nn/fixed_engine.hpp"

namespace minerva {
namespace {

/// The same steps without the limits: 62 bits hold every product, sum and shifted value.
QFormat unlimited(QFormat f) { return {62 - f.fraction_bits, f.fraction_bits}; }

bool saturates(QFormat to, std::int64_t code, int fraction_bits, Rounding mode) {
  return round_code(to, code, fraction_bits, mode) !=
         round_code(unlimited(to), code, fraction_bits, mode);
}

bool saturates(QFormat to, double value, Rounding mode) {
  return round_to(to, value, mode) != round_to(unlimited(to), value, mode);
}

/// Counts over the samples [from, to).
void count_samples(const QuantizedNetwork& network, const Samples& samples,
                   const std::vector<std::int16_t>& codes, std::int64_t from, std::int64_t to,
                   std::vector<LayerSaturations>& counts) {
  const int n_in = network.layers.front().n_in;
  for (std::int64_t s = from; s < to; ++s) {
    const FixedTrace trace = trace_prediction(network, codes.data() + s * n_in);
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
      const QuantizedLayer& layer = network.layers[k];
      const LayerFormats& f = layer.formats;
      for (int j = 0; j < layer.n_in; ++j) {
        const std::int32_t x = trace.inputs[k][static_cast<std::size_t>(j)];
        const bool beyond =
            k == 0
                ? saturates(f.activation, double{samples.inputs(j, s)}, network.rounding)
                : saturates(f.activation,
                            std::max<std::int64_t>(
                                trace.accumulators[k - 1][static_cast<std::size_t>(j)], 0),
                            network.layers[k - 1].formats.product.fraction_bits, network.rounding);
        counts[k].inputs += beyond ? 1 : 0;
        if (layer.skips(x) || x == 0) continue;
        for (int i = 0; i < layer.n_out; ++i) {
          const std::int64_t product =
              std::int64_t{network.weight_as_read(static_cast<int>(k), j, i)} * x;
          counts[k].products +=
              saturates(f.product, product, f.weight.fraction_bits + f.activation.fraction_bits,
                        network.rounding)
                  ? 1
                  : 0;
        }
      }
    }
  }
}

}  // namespace

std::vector<LayerSaturations> count_saturations(const Network& network,
                                                const QuantizedNetwork& quantized,
                                                const Samples& samples, int threads) {
  expects(threads >= 1, "count_saturations: needs one thread or more");
  expects(network.layers.size() == quantized.layers.size(),
          "count_saturations: two networks of different depths");
  expects(!quantized.layers.empty() && quantized.layers.front().n_in == samples.inputs.rows(),
          "count_saturations: the samples do not fit the network");
  std::vector<LayerSaturations> counts(network.layers.size());
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const DenseLayer& layer = network.layers[k];
    const LayerFormats& f = quantized.layers[k].formats;
    expects(layer.weights.cols() == quantized.layers[k].n_in &&
                layer.weights.rows() == quantized.layers[k].n_out,
            "count_saturations: two networks of different shapes");
    for (Eigen::Index at = 0; at < layer.weights.size(); ++at) {
      counts[k].weights +=
          saturates(f.weight, double{layer.weights.data()[at]}, Rounding::half_up) ? 1 : 0;
    }
    for (Eigen::Index i = 0; i < layer.biases.size(); ++i) {
      counts[k].biases += saturates(f.product, double{layer.biases[i]}, Rounding::half_up) ? 1 : 0;
    }
  }
  const std::vector<std::int16_t> codes =
      input_codes(samples.inputs, quantized.layers.front().formats.activation, quantized.rounding);
  constexpr std::int64_t kBlock = 64;
  const std::int64_t blocks = (samples.size() + kBlock - 1) / kBlock;
#pragma omp parallel num_threads(threads)
  {
    std::vector<LayerSaturations> mine(counts.size());
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t b = 0; b < blocks; ++b) {
      count_samples(quantized, samples, codes, b * kBlock,
                    std::min(samples.size(), (b + 1) * kBlock), mine);
    }
#pragma omp critical
    for (std::size_t k = 0; k < counts.size(); ++k) {
      counts[k].inputs += mine[k].inputs;
      counts[k].products += mine[k].products;
    }
  }
  return counts;
}

}  // namespace minerva
