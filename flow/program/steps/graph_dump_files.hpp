#pragma once
#include <cstdint>

#include "evaluation_setup.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/files/owned_folder.hpp"

namespace minerva::flow {

/// Writes the maps of every sample into a dump, from the reference: x0.npy, .. are the tensors that
/// the layers read and acc0.npy, .. their sums, both (samples, rows, columns, channels), with 0
/// where a fused pool drops a position; class.npy. Returns the wrong samples. Of a network that is
/// no chain of dense layers.
std::int64_t dump_maps(OwnedFolder& folder, const EvaluationSetup& setup, int threads);

/// Writes plan.json of such a dump: layers, formats, faults, machine, and what it counts for each
/// sample.
void dump_graph_description(OwnedFolder& folder, const EvaluationSetup& setup,
                            FixedEvaluator& evaluator);

}  // namespace minerva::flow
