#pragma once
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/technology_report.hpp"
#include "minerva/network/graph_text.hpp"

// Tests keep a machine and what was measured on it in one value.
namespace minerva {

/// A machine for the network of a text, with words of 8 bits.
inline MeasuredMachine machine_for_text(const std::string& text, int lanes) {
  MeasuredMachine machine;
  LayerGraph graph = parse_layer_graph(text, "network");
  check_graph(graph, "network");
  machine.network = graph;
  machine.widths = {8, 8, 12, 21};
  machine.point.lanes = lanes;
  return machine;
}

inline PpaFigures estimate_figures(const MeasuredMachine& m, const Technology& technology) {
  return estimate_figures(m, m.activity, m.supply, technology);
}
inline PpaEstimate estimate(const MeasuredMachine& m, const Technology& technology) {
  return estimate(m, m.activity, m.supply, technology);
}

}  // namespace minerva
