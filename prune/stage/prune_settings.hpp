#pragma once
#include <string>

#include "minerva/prune/threshold_search.hpp"

namespace minerva {
class Settings;
}

namespace minerva::prune {

/// Binds the keys of section [prune].
void add_prune_settings(Settings& settings, PruneOptions& options, std::string& thresholds_file);

}  // namespace minerva::prune
