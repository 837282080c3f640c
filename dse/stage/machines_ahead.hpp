#pragma once
#include "dse_stage.hpp"
#include "minerva/dse/explored_point.hpp"
#include "minerva/flow/run_context.hpp"

// What is known of the machines before the stage is done, and without a baseline after it.
namespace minerva::dse {

/// The machines for a network, in the formats of the design so far.
Problem exploration_problem(const DseStage& stage, flow::RunContext& run, const LayerGraph& graph);

/// The space of a stage. Where nobody set dse.clock_period_ns, it is without the periods of the
/// default that the technology does not have, and without those at which its faults were not
/// counted, so that a technology of one clock needs no other key. If none would be left, all stay.
Space answered_space(const DseStage& stage, flow::RunContext& run);

// Before anything is trained for a machine that is not there. Each throws UserError.
/// For clock periods that the technology does not have; those that answered_space leaves out are
/// logged.
void check_clock_periods(const DseStage& stage, flow::RunContext& run);
/// For formats that the technology does not answer for, and in a run of all stages for a space no
/// machine of which can be the baseline.
void check_machines_ahead(const DseStage& stage, flow::RunContext& run);

/// Throws UserError when the stage was done and no machine of its frontier is the baseline.
void require_baseline(const DseStage& stage, const flow::RunContext& run);

}  // namespace minerva::dse
