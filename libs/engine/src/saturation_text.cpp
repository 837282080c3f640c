#include "minerva/engine/saturation_text.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_schedule.hpp"

namespace minerva {
namespace {

struct Kind {
  const char* name;
  std::int64_t LayerSaturations::*count;
};
constexpr Kind kKinds[] = {{"weights", &LayerSaturations::weights},
                           {"biases", &LayerSaturations::biases},
                           {"inputs", &LayerSaturations::inputs},
                           {"products", &LayerSaturations::products}};

}  // namespace

LayerSaturations saturable_values(const LayerGraph& graph, int k, std::int64_t samples) {
  const GraphLayer& layer = graph.layer(k);
  LayerSaturations all;
  all.weights = layer.weight_count();
  all.biases = layer.bias_count();
  all.inputs = samples * layer.input.size();
  const int writer = layer.reads - 1;
  if (writer >= 0 && graph.layer(writer).kind == GraphLayerKind::conv2d) {
    const ComputedGrid grid = computed_grid(graph, writer);  // what a fused pool drops is no value
    all.inputs = samples * static_cast<std::int64_t>(grid.rows.size()) *
                 static_cast<std::int64_t>(grid.columns.size()) * layer.input.channels;
  }
  if (layer.has_weights()) {
    all.products = samples * window_words(graph, k) * (layer.channels / layer.groups);
  }
  return all;
}

std::string saturation_text(const QuantizedGraph& network,
                            const std::vector<LayerSaturations>& counts, std::int64_t samples) {
  expects(counts.size() == network.layers.size(), "saturation_text: needs a count of every layer");
  std::string text;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const LayerSaturations all = saturable_values(network.graph, static_cast<int>(k), samples);
    for (const Kind& kind : kKinds) {
      if (counts[k].*kind.count == 0) continue;
      text += (text.empty() ? "" : ", ") + std::to_string(counts[k].*kind.count) + " of " +
              std::to_string(all.*kind.count) + " " + kind.name + " of layer " +
              std::to_string(k + 1);
    }
  }
  return text.empty() ? "nothing saturates" : text + " saturate";
}

}  // namespace minerva
