#pragma once
#include "quantize_stage_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::quantize {

/// Adds the keys of section [quantize], and budget.share_quantize, bound to `share_of_budget`.
void add_quantize_settings(Settings& settings, QuantizeStageOptions& options,
                           double& share_of_budget);

}  // namespace minerva::quantize
