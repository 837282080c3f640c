#include "layer_setting.hpp"

#include <numeric>

#include "minerva/accelsim/memory_layout.hpp"

namespace minerva {

std::vector<LayerSetting> layer_settings(const QuantizedGraph& network,
                                         const MachineNetwork& machine, const DesignPoint& point) {
  const LayerGraph& graph = network.graph;
  const QuantizationPlan plan = network.plan();
  std::vector<LayerSetting> all;
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    const LayerFormats& formats = network.layer(k).formats;
    const int pool = fused_pool(graph, k);
    LayerSetting setting;
    setting.shape = layer;
    setting.stored = &network.layer(k);
    setting.positions = computed_positions(graph, k);
    setting.segments = layer.segments();
    setting.segment_words = layer.segment_words();
    setting.region_read = machine.region_of_tensor(layer.reads);
    setting.region_written = machine.region_written(k);
    if (layer.added) {
      setting.added_shape = graph.tensor(layer.added.tensor);
      setting.region_added = machine.region_of_tensor(layer.added.tensor);
      setting.added_shift = added_shift(graph, plan, k);
    }
    setting.fuses = pool >= 0;
    setting.pooled = pool < 0 ? 1 : graph.layer(pool).window.words();
    setting.span = std::lcm(point.positions_per_weight, setting.pooled);
    setting.is_output = k + 1 == graph.layers();
    setting.weighted = layer.has_weights();
    setting.units = layer.groups * groups_of_layer(layer.channels / layer.groups, point.lanes);
    setting.result_fraction = setting.weighted
                                  ? formats.product.fraction_bits
                                  : formats.activation.fraction_bits + divisor_shift(layer);
    if (!setting.is_output) {
      setting.result_format = network.layer(format_owner(graph, k + 1)).formats.activation;
    }
    all.push_back(setting);
  }
  return all;
}

}  // namespace minerva
