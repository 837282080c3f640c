#pragma once
#include "training_stage_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::training {

/// Adds the keys of sections [training], [sweep] and [noise].
void add_training_settings(Settings& settings, TrainingStageOptions& options);

}  // namespace minerva::training
