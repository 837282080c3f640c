#pragma once
#include "prune_stage_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::prune {

/// Adds the keys of section [prune], and budget.share_prune, bound to `share_of_budget`.
void add_prune_settings(Settings& settings, PruneStageOptions& options, double& share_of_budget);

}  // namespace minerva::prune
