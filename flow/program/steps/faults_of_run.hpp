#pragma once
#include <string>

#include "evaluation_setup.hpp"

namespace minerva::flow {

/// Of a run whose stage 5 is done: gives the setup its mitigation and a fault map at its rate,
/// unless the call asks for faults itself. Says where the faults are from; empty: there are none.
/// Throws UserError for faults in a ROM, and for those of a chip without a supply.
std::string take_faults_of_run(RunContext& run, EvaluationSetup& setup);

}  // namespace minerva::flow
