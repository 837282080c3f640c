#pragma once
#include <string>

#include "minerva/flow/run_context.hpp"
#include "quantize_section.hpp"
#include "quantize_stage_options.hpp"

namespace minerva::quantize {

/// The options of stage 3.
struct QuantizeStage : QuantizeStageOptions {
  double share = 0.3;  ///< of the error budget, by the end of the stage
};

/// Stage 3: formats of weights, activations and products.
flow::StageDefinition quantize_stage();

}  // namespace minerva::quantize
