#include "layer_settings.hpp"

#include <algorithm>

namespace minerva {
namespace {

/// A chunk is at most 64 words.
std::int64_t low_bits(int count) {
  return static_cast<std::int64_t>(count >= 64 ? ~std::uint64_t{0}
                                               : (std::uint64_t{1} << count) - 1);
}

}  // namespace

LayerSettings layer_settings(const QuantizedNetwork& network, const MachineStructure& structure,
                             int weight_banks) {
  const LanePipeline& pipeline = structure.pipeline;
  LayerSettings settings;
  std::vector<int> product_shifts;
  std::vector<int> result_shifts;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    const LayerFormats& formats = layer.formats;
    const int last_input = (pipeline.chunks(layer.n_in) - 1) * pipeline.inputs_per_cycle;
    const int last_group = pipeline.groups(layer.n_out) - 1;
    settings.last_input.push_back(last_input);
    settings.last_words.push_back(low_bits(layer.n_in - last_input));
    settings.last_group.push_back(last_group);
    settings.threshold.push_back(layer.theta_code);
    settings.last_lanes.push_back(layer.n_out - neuron_of(last_group, 0, pipeline.lanes));
    settings.neuron_rows.push_back(rows_for(layer.n_in, weight_banks));
    settings.weight_most.push_back(largest_stored(formats));
    settings.product.most.push_back(formats.product.max_code());
    product_shifts.push_back(formats.weight.fraction_bits + formats.activation.fraction_bits -
                             formats.product.fraction_bits);
    if (k + 1 == network.layers.size()) continue;
    const QFormat next = network.layers[k + 1].formats.activation;
    settings.result.most.push_back(next.max_code());
    result_shifts.push_back(formats.product.fraction_bits - next.fraction_bits);
  }
  if (result_shifts.empty()) {  // no hidden layer
    result_shifts.push_back(0);
    settings.result.most.push_back(network.layers.front().formats.activation.max_code());
  } else {
    result_shifts.push_back(result_shifts.back());
    settings.result.most.push_back(settings.result.most.back());
  }
  settle_shifts(product_shifts, settings.product);
  settle_shifts(result_shifts, settings.result);
  return settings;
}

}  // namespace minerva
