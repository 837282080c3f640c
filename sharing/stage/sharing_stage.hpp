#pragma once
#include "minerva/flow/run_context.hpp"
#include "sharing_section.hpp"
#include "sharing_settings.hpp"

namespace minerva::sharing {

/// The options of the stage.
struct SharingStage : SharingStageOptions {};

/// Weight sharing: a codebook a layer, whose indices the weight memory holds.
flow::StageDefinition sharing_stage();

}  // namespace minerva::sharing
