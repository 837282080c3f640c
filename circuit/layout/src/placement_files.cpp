#include "placement_files.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/text.hpp"

namespace minerva::circuit {
namespace {

constexpr int kSeed = 12345;
constexpr std::size_t kPlacedLayers = 4;  // graywolf knows no more

int units(double um, const LefLibrary& lef) {
  return static_cast<int>(std::lround(um * lef.units_per_um));
}

const RoutingLayer& first_layer(const LefLibrary& lef, bool horizontal) {
  for (const RoutingLayer& layer : lef.layers) {
    if (layer.horizontal == horizontal) return layer;
  }
  return lef.layers.front();
}

/// Where the pins of a net are.
struct Ends {
  bool driven_inside = false;
  bool sinks_inside = false;
  bool outside = false;
  int pins = 0;
};
Ends ends_of(const Net& net, const std::vector<bool>& chosen) {
  Ends ends;
  const auto inside = [&](const InstancePin& pin) {
    return pin.instance >= 0 && chosen[static_cast<std::size_t>(pin.instance)];
  };
  ends.driven_inside = inside(net.driver);
  ends.outside = net.is_input || net.is_output || (net.driver.instance >= 0 && !ends.driven_inside);
  ends.pins = ends.driven_inside ? 1 : 0;
  for (const InstancePin& sink : net.sinks) {
    if (inside(sink)) {
      ends.sinks_inside = true;
      ++ends.pins;
    } else {
      ends.outside = true;
    }
  }
  return ends;
}

bool has_wire(const Net& net, const Ends& ends) {
  return net.constant == Net::Constant::none && ends.pins > 0 &&
         ends.pins + (ends.outside ? 1 : 0) > 1;
}

}  // namespace

std::string layout_name_of_net(int net) { return "n" + std::to_string(net); }

std::string placement_blif(const Netlist& netlist, const std::vector<bool>& chosen) {
  std::string inputs, outputs, gates;
  std::vector<bool> wired(netlist.nets.size());
  for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
    const Net& net = netlist.nets[n];
    const Ends ends = ends_of(net, chosen);
    wired[n] = has_wire(net, ends);
    if (!wired[n] || !ends.outside) continue;
    (ends.driven_inside ? outputs : inputs) += " " + layout_name_of_net(static_cast<int>(n));
  }
  for (std::size_t i = 0; i < netlist.instances.size(); ++i) {
    if (!chosen[i]) continue;
    const Instance& instance = netlist.instances[i];
    gates += ".gate " + instance.cell->name;
    for (std::size_t p = 0; p < instance.nets.size(); ++p) {
      const int net = instance.nets[p];
      if (net < 0 || !wired[static_cast<std::size_t>(net)]) continue;
      gates += " " + instance.cell->pins[p].name + "=" + layout_name_of_net(net);
    }
    gates += "\n";
  }
  return std::string(".model ") + kDesignName + "\n.inputs" + inputs + "\n.outputs" + outputs +
         "\n" + gates + ".end\n";
}

std::string placement_parameters(const LefLibrary& lef) {
  const std::size_t layers = std::min(lef.layers.size(), kPlacedLayers);
  const auto line = [](const std::string& words) { return "    " + words + "\n"; };
  const auto via = [&](std::size_t lower) {
    return "via" + std::to_string(lower + 1) + std::to_string(lower + 2);
  };
  // Resistance and capacitance weigh paths, which are not given.
  std::string text = "RULES\n";
  for (std::size_t k = 0; k < layers; ++k) {
    const RoutingLayer& layer = lef.layers[k];
    text +=
        line("layer " + layer.name + " 0.1 0.1 " + (layer.horizontal ? "horizontal" : "vertical"));
  }
  for (std::size_t k = 0; k + 1 < layers; ++k) {
    text += line("via " + via(k) + " " + lef.layers[k].name + " " + lef.layers[k + 1].name);
  }
  for (std::size_t k = 0; k < layers; ++k) {
    const RoutingLayer& layer = lef.layers[k];
    const std::string width = std::to_string(units(layer.width_um, lef));
    text += line("width " + layer.name + " " + width);
    if (k + 1 < layers) text += line("width " + via(k) + " " + width);
    // Width and spacing make the pitch of the tracks.
    text += line("spacing " + layer.name + " " + layer.name + " " +
                 std::to_string(units(layer.pitch_um - layer.width_um, lef)));
  }
  for (std::size_t k = 0; k + 2 < layers; ++k) {
    text += line("spacing " + via(k) + " " + via(k + 1) + " 0");
  }
  for (std::size_t k = 0; k + 1 < layers; ++k) {
    text += line("overhang " + via(k) + " " + lef.layers[k].name + " 0");
    text += line("overhang " + via(k) + " " + lef.layers[k + 1].name + " 0");
  }
  const int x = units(first_layer(lef, false).pitch_um, lef);
  const int y = units(first_layer(lef, true).pitch_um, lef);
  const auto setting = [](const std::string& name, const std::string& value) {
    return name + " : " + value + "\n";
  };
  return text + "ENDRULES\n\n" + setting("*vertical_wire_weight", "1.0") +
         setting("*vertical_path_weight", "1.0") + setting("*padspacing", "variable") +
         setting("*rowSep", "0.0 0") + setting("*track.pitch", std::to_string(x)) +
         setting("*minimum_pad_space", std::to_string(x + x / 2)) +
         setting("*gridX", std::to_string(x)) + setting("*gridY", std::to_string(y)) +
         setting("*gridOffsetX", "0") + setting("*gridOffsetY", "0") +
         setting("*graphics.wait", "off") + setting("*last_chance.wait", "off") +
         setting("*random.seed", std::to_string(kSeed)) + setting("TWMC*chip.aspect.ratio", "1.0") +
         setting("TWSC*feedThruWidth", std::to_string(x) + " layer 1") +
         setting("TWSC*do.global.route", "on") + setting("TWSC*ignore_feeds", "true") +
         setting("TWSC*call_row_evener", "true") + setting("TWSC*even_rows_maximally", "true") +
         setting("GENR*row_to_tile_spacing", "1") + setting("GENR*flip_alternate_rows", "1");
}

std::string routing_script(const LefLibrary& lef, const std::vector<std::string>& lef_names) {
  std::string text;
  for (const std::string& name : lef_names) text += "read_lef " + name + "\n";
  const std::string design = kDesignName;
  return text + "layers " + std::to_string(lef.layers.size()) + "\nvdd " + lef.power + "\ngnd " +
         lef.ground + "\nread_def " + design + ".def\nqrouter::standard_route " + design +
         "_routed.def false\nquit\n";
}

}  // namespace minerva::circuit
