#pragma once
#include "minerva/flow/run_context.hpp"

namespace minerva::faultsim {

/// Adds the finished design with its weights in ROM, and as a programmable machine, to the part of
/// the stage under way, whose row must be there.
void add_variants(flow::RunContext& run, const MachineConfiguration& finished);

}  // namespace minerva::faultsim
