#pragma once
#include "minerva/accelsim/layer_units.hpp"
#include "minerva/design/counts.hpp"

namespace minerva {

/// Cycles of a layer on lanes with several accumulators, by the recurrence of docs/machine.md; what
/// repeats is worked out once.
LayerCycles tile_cycles(const LayerFacts& layer, const LayerUnits& units,
                        const LanePipeline& pipeline);

}  // namespace minerva
