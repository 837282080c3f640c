#pragma once
#include <string>

#include "minerva/training/options.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/training_cache.hpp"

namespace minerva {
class Settings;
}

namespace minerva::training {

/// Binds the keys of section [training].
void add_training_settings(Settings& settings, TrainingOptions& options,
                           CheckpointRule& checkpoints, std::string& cache_folder);
/// Binds the keys of section [sweep] but for those that belong to the flow.
void add_sweep_settings(Settings& settings, SweepOptions& options, SweepTopologies& topologies);

}  // namespace minerva::training
