#include "minerva/engine/saturation_text.hpp"

#include "minerva/base/errors.hpp"

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

LayerSaturations saturable_values(const QuantizedLayer& layer, std::int64_t samples) {
  LayerSaturations all;
  all.weights = static_cast<std::int64_t>(layer.weights.size());
  all.biases = static_cast<std::int64_t>(layer.biases.size());
  all.inputs = samples * layer.n_in;
  all.products = all.inputs * layer.n_out;
  return all;
}

std::string saturation_text(const QuantizedLayers& network,
                            const std::vector<LayerSaturations>& counts, std::int64_t samples) {
  expects(counts.size() == network.layers.size(), "saturation_text: needs a count of every layer");
  std::string text;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const LayerSaturations all = saturable_values(network.layers[k], samples);
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
