#pragma once
#include <vector>

#include "minerva/design/ppa_estimate.hpp"

namespace minerva {

/// A convolution with its fused pool and a dense layer, which share the energy.
inline std::vector<LayerEstimate> invented_layers(double energy_nj) {
  const auto layer = [&](const char* name, LayerCycles cycles, double share) {
    LayerEstimate made;
    made.name = name;
    made.cycles = cycles;
    made.formats = "W Q2.6, X Q2.4, P Q2.7";
    made.threshold = 0.125;
    made.events = {{"macs_done", 300 * share}, {"macs_skipped", 700 * share}};
    made.time_us = 0.004 * static_cast<double>(cycles.total());
    made.dynamic_nj = 0.75 * share * energy_nj;
    made.leakage_nj = 0.25 * share * energy_nj;
    made.parts_nj = {{"weight SRAM", made.dynamic_nj / 2}, {"lanes", made.dynamic_nj / 2}};
    return made;
  };
  return {layer("c6k5", {3, 900, 40, 7}, 0.625), layer("m2", {}, 0),
          layer("10", {3, 300, 0, 3}, 0.375)};
}

}  // namespace minerva
