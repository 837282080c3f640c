#include "saturation_output.hpp"

#include "minerva/engine/saturation_text.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva::flow {

SaturationOutput saturation_output(const GraphNetwork& network, const QuantizedGraph& quantized,
                                   const Samples& samples, int threads) {
  const std::vector<LayerSaturations> counts = count_saturations(
      scaled_graph_network(network, quantized.plan()), quantized, samples, threads);
  SaturationOutput output;
  output.text = saturation_text(quantized, counts, samples.size());
  output.document = Json::array();
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const LayerSaturations all =
        saturable_values(quantized.graph, static_cast<int>(k), samples.size());
    Json layer = {{"layer", k + 1},
                  {"weights", all.weights},
                  {"weights_saturated", counts[k].weights},
                  {"biases", all.biases},
                  {"biases_saturated", counts[k].biases}};
    if (samples.size() > 0) {
      layer["inputs"] = all.inputs;
      layer["inputs_saturated"] = counts[k].inputs;
      layer["products"] = all.products;
      layer["products_saturated"] = counts[k].products;
    }
    output.document.push_back(std::move(layer));
  }
  return output;
}

}  // namespace minerva::flow
