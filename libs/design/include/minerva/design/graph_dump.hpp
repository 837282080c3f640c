#pragma once
#include <string>
#include <vector>

#include "minerva/design/design_json.hpp"
#include "minerva/design/graph_counts.hpp"
#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// What each layer of a network is and reads, as a JSON array: the member "layers_read" of files.
std::string layers_read_json(const LayerGraph& graph);

/// plan.json of a dump of a network that is no chain of dense layers: dump_to_json with "network",
/// the text of the layers, "layers_read", what each of them is and reads, and the counts of
/// docs/layers.md. `dump.counts` is not used; cycles stand there where `dump.cycles` has some.
/// @param counts [layer][sample]
std::string graph_dump_to_json(const DumpDescription& dump, const LayerGraph& graph,
                               const std::vector<std::vector<GraphEventCounts>>& counts);

}  // namespace minerva
