#pragma once
#include "command.hpp"

namespace minerva::flow {

/// minerva validate RUN --cells FILE: the design of each stage in gates beside the model.
Command validate_row();

}  // namespace minerva::flow
