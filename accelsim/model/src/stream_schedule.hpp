#pragma once
#include "minerva/accelsim/layer_units.hpp"
#include "minerva/design/counts.hpp"

namespace minerva {

/// Cycles of a layer whose weights come from off chip, by the recurrence of docs/machine.md,
/// "Weights from off chip"; what repeats is worked out once.
LayerCycles stream_cycles(const LayerFacts& layer, const LayerUnits& units,
                          const LanePipeline& pipeline);

}  // namespace minerva
