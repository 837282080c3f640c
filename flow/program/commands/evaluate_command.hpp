#pragma once
#include "flow.hpp"

namespace minerva::flow {

/// `minerva eval`: the error of a network in the formats, thresholds and faults asked for; with
/// eval.dump, every integer of it.
void evaluate_command(Flow& flow);
/// `minerva simulate`: the same network in the SystemC model, cycles by cause and counts by kind,
/// held against the closed form and the inference.
void simulate_command(Flow& flow);

}  // namespace minerva::flow
