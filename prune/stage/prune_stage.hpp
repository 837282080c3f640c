#pragma once
#include <string>

#include "minerva/flow/run_context.hpp"
#include "prune_section.hpp"
#include "prune_stage_options.hpp"

namespace minerva::prune {

/// The options of stage 4.
struct PruneStage : PruneStageOptions {
  double share = 0.5;  ///< of the error budget, by the end of the stage
};

/// Stage 4: thresholds under which an input is skipped.
flow::StageDefinition prune_stage();

}  // namespace minerva::prune
