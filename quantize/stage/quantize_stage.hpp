#pragma once
#include <string>

#include "minerva/flow/run_context.hpp"
#include "minerva/quantize/width_search.hpp"

namespace minerva::quantize {

inline constexpr const char* kQuantizeId = "quantize";

/// Options of stage 3, keys of section [quantize].
struct QuantizeStage {
  QuantizeOptions options;
  std::string start_format = "Q6.10";  ///< text of options.start
  std::string plan_file;
  double share = 0.3;  ///< of the error budget, by the end of the stage
};

/// Stage 3: formats of weights, activations and products.
flow::StageDefinition quantize_stage();

}  // namespace minerva::quantize
