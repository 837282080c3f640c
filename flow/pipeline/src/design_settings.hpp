#pragma once
#include "minerva/flow/flow_options.hpp"

namespace minerva::flow {

/// Adds the keys of section [design].
void add_design_settings(Settings& settings, FlowOptions& options);

}  // namespace minerva::flow
