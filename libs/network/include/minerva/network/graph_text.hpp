#pragma once
#include <string>

#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// A network on one line: its input, then its layers, parted by spaces, as in
/// "28x28x1 c6k5p2 m2 c16k5 m2 120 84 10". docs/layers.md has the grammar. A dense chain on a
/// vector is written as before, "784-256-10".
std::string to_string(const LayerGraph& graph);
/// Reads either text; parse_layer_graph(to_string(g)) equals g. Throws UserError naming `key`, the
/// layer and the cause.
LayerGraph parse_layer_graph(const std::string& text, const std::string& key);

/// How files and tables name a network: a dense chain by its widths, whatever the shape of its
/// input is, as to_string(Topology); other networks by to_string.
std::string network_text(const LayerGraph& graph);

/// The word of layer k of a graph alone, "c6k5p2".
std::string layer_text(const GraphLayer& layer, int k);

}  // namespace minerva
