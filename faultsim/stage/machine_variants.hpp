#pragma once
#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/weight_memory.hpp"
#include "minerva/flow/run_context.hpp"

namespace minerva::faultsim {

/// Adds the finished design with its weights in ROM, and as a programmable machine, to the part of
/// the stage under way, whose row must be there. Activity and supply are the finished design's; a
/// ROM has no faults, and so the activity of the network without them, `faultless`.
void add_variants(flow::RunContext& run, const MachineConfiguration& finished,
                  const ActivityProfile& activity, const ActivityProfile& faultless,
                  const SramPoint& sram);

}  // namespace minerva::faultsim
