#pragma once
#include "minerva/flow/run_context.hpp"

namespace minerva::flow {

/// `minerva eval`: the error of a network in the formats, thresholds and faults asked for; with
/// eval.dump, every integer of it.
void evaluate_command(RunContext& run);
/// `minerva simulate`: the same network in the SystemC model, cycles by cause and counts by kind,
/// held against the closed form and the inference.
void simulate_command(RunContext& run);

}  // namespace minerva::flow
