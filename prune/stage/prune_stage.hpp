#pragma once
#include <string>

#include "minerva/flow/run_context.hpp"
#include "minerva/prune/threshold_search.hpp"

namespace minerva::prune {

inline constexpr const char* kPruneId = "prune";

/// Options of stage 4, keys of section [prune].
struct PruneStage {
  PruneOptions options;
  std::string thresholds_file;
  double share = 0.5;  ///< of the error budget, by the end of the stage
};

/// Stage 4: thresholds under which an input is skipped.
flow::StageDefinition prune_stage();

}  // namespace minerva::prune
