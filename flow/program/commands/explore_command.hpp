#pragma once
#include "flow.hpp"

namespace minerva::flow {

/// `minerva dse`: stage 2, and what it found on standard output.
void explore_command(Flow& flow);

}  // namespace minerva::flow
