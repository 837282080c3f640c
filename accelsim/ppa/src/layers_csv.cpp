#include <algorithm>
#include <cctype>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/range.hpp"

namespace minerva {

std::string layers_csv(const std::vector<LayerFigures>& layers, std::int64_t samples) {
  std::string text = "layer,text,fill,issue,stall,drain,cycles";
  for (const GraphEventName& event : graph_event_names()) text += std::string(",") + event.name;
  text += ",time_us,dynamic_nj,leakage_nj,energy_nj";
  for (std::size_t part = 0; part < kParts; ++part) {
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
    const LayerCycles& cycles = layer.cycles;
    for (const std::int64_t count :
         {cycles.fill, cycles.issue, cycles.stall, cycles.drain, cycles.total()}) {
      text += "," + std::to_string(count);
    }
    for (const GraphEventName& event : graph_event_names()) {
      text += "," + exact_text(static_cast<double>(layer.events.*event.member) /
                               static_cast<double>(samples));
    }
    for (const double figure :
         {layer.time_ns / 1000, layer.dynamic_nj, layer.leakage_nj, layer.energy_nj()}) {
      text += "," + exact_text(figure);
    }
    for (const double part : layer.parts_pj) text += "," + exact_text(part / 1000);
    text += "\n";
  }
  return text;
}

}  // namespace minerva
