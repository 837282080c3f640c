#pragma once
#include "dse_stage_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::dse {

/// Adds the keys of section [dse]. The texts of objectives, constraints and topology are read by
/// parse_objectives, parse_constraints and parse_topology once all keys are set.
void add_dse_settings(Settings& settings, DseStageOptions& options);

}  // namespace minerva::dse
