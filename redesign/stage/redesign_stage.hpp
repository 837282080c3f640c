#pragma once
#include "minerva/flow/stage_definition.hpp"

namespace minerva::redesign {

inline constexpr const char* kRedesignStage = "redesign";

/// Stage 6: the design space with the formats, thresholds, activity and supply of the stages before
/// it, and the machine that would be built. The design itself stays as it is.
flow::StageDefinition redesign_stage();

}  // namespace minerva::redesign
