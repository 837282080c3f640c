#pragma once
#include <string>

#include "minerva/network/layer_graph.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva::sharing {

/// codebooks.json: {"schema": "minerva-codebooks-1", "layers": [{"W": [1, 7], "entries": [..]},
/// ..]}, the entries of every layer's codebook as codes of W, by rising index; none for a pool, and
/// none at all where codes of W are stored.
std::string codebooks_to_json(const QuantizationPlan& plan);
/// Puts the codebooks of a file into a plan for `graph`. Throws UserError naming file and JSON path
/// for another number of layers, for another W, for entries that are no codes of it, and for
/// codebooks that some layers with weights have and others have not.
void add_codebooks(const std::string& text, const std::string& file, const LayerGraph& graph,
                   QuantizationPlan& plan);

}  // namespace minerva::sharing
