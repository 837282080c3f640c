#pragma once
#include <string>

#include "minerva/prune/options.hpp"

namespace minerva::prune {

/// Options of stage 4. Keys of section [prune].
struct PruneStageOptions {
  PruneOptions prune;
  std::string thresholds_file;  ///< empty: search
};

}  // namespace minerva::prune
