#pragma once
#include "minerva/flow/stage_definition.hpp"

namespace minerva::sample_count {

/// A stage that counts the samples of the part of the data that its key names.
flow::StageDefinition sample_count_stage();

}  // namespace minerva::sample_count
