#include "minerva/engine/saturation.hpp"

#include <algorithm>

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "sample_pass.hpp"
#include "saturates.hpp"

namespace minerva {
namespace {

/// Only the ends of a format can be the codes of values beyond it.
bool at_an_end(std::int64_t code, QFormat f) {
  return code == f.min_code() || code == f.max_code();
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
    const NetworkLayer& layer = network.layers[k];
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
  const PreparedNetwork layers = prepare_network(quantized);
  const QFormat first = quantized.layers.front().formats.activation;
  const FirstLayerCodes codes(samples.inputs, first, quantized.rounding);
  SamplePass pass;
  pass.layers = &layers;
  pass.inputs = &codes;
  struct Worker {
    SampleRunner runner;
    std::vector<LayerActivity> activity;
    std::vector<LayerSaturations> counts;
  };
  const auto make = [&] {
    return Worker{SampleRunner(pass), std::vector<LayerActivity>(layers.size()),
                  std::vector<LayerSaturations>(counts.size())};
  };
  const auto count_sample = [&](Worker& mine, std::int64_t s) {
    mine.runner.run(s, mine.activity);
    for (std::size_t k = 0; k < layers.size(); ++k) {
      const QFormat to = layers[k].formats.activation;
      const std::int16_t* x = mine.runner.codes(k);
      for (int j = 0; j < layers[k].n_in; ++j) {
        if (!at_an_end(x[j], to)) continue;
        const bool beyond =
            k == 0 ? saturates(to, double{samples.inputs.at(j, s)}, quantized.rounding)
                   : saturates(to, std::max<std::int64_t>(mine.runner.sum(k - 1, j), 0),
                               layers[k - 1].formats.product.fraction_bits, quantized.rounding);
        mine.counts[k].inputs += beyond ? 1 : 0;
      }
      mine.counts[k].products += saturated_products(layers[k], x);
    }
  };
  for_each_index_with(samples.size(), threads, 64, make, count_sample, [&](const Worker& mine) {
    for (std::size_t k = 0; k < counts.size(); ++k) {
      counts[k].inputs += mine.counts[k].inputs;
      counts[k].products += mine.counts[k].products;
    }
  });
  return counts;
}

}  // namespace minerva
