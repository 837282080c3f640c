#include <algorithm>
#include <cctype>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/range.hpp"

namespace minerva {

std::string layers_csv(const std::vector<LayerFigures>& layers, std::int64_t samples) {
  // Machines with all weights on chip have no columns for what comes from off chip.
  const bool streams = std::any_of(layers.begin(), layers.end(), [](const LayerFigures& layer) {
    return layer.events.weight_loads > 0;
  });
  const bool waits_for_inputs =
      std::any_of(layers.begin(), layers.end(),
                  [](const LayerFigures& layer) { return layer.cycles.input_stall > 0; });
  const std::vector<CycleName> causes = cycle_names_of(streams, waits_for_inputs);
  std::vector<GraphEventName> events = graph_event_names();
  if (!streams) events.pop_back();
  const std::size_t parts = kParts - (streams ? 0 : 1);
  std::string text = "layer,text";
  for (const CycleName& cause : causes) text += std::string(",") + cause.name;
  text += ",cycles";
  for (const GraphEventName& event : events) text += std::string(",") + event.name;
  text += ",time_us,dynamic_nj,leakage_nj,energy_nj";
  for (std::size_t part = 0; part < parts; ++part) {
    std::string name = to_string(static_cast<CostGroup>(part));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
      return c == ' ' ? '_' : static_cast<char>(std::tolower(c));
    });
    text += "," + name + "_nj";
  }
  text += "\n";
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const LayerFigures& layer = layers[k];
    text += std::to_string(k + 1) + "," + layer.name;
    for (const CycleName& cause : causes) {
      text += "," + std::to_string(layer.cycles.*cause.member);
    }
    text += "," + std::to_string(layer.cycles.total());
    for (const GraphEventName& event : events) {
      text += "," + exact_text(static_cast<double>(layer.events.*event.member) /
                               static_cast<double>(samples));
    }
    for (const double figure :
         {layer.time_ns / 1000, layer.dynamic_nj, layer.leakage_nj, layer.energy_nj()}) {
      text += "," + exact_text(figure);
    }
    for (std::size_t part = 0; part < parts; ++part) {
      text += "," + exact_text(layer.parts_pj[part] / 1000);
    }
    text += "\n";
  }
  return text;
}

}  // namespace minerva
