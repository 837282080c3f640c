#pragma once
#include <vector>

#include "minerva/design/topology.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/sweep.hpp"

namespace minerva {
class Settings;
}

namespace minerva::training {

/// Binds the keys of section [training].
void add_training_settings(Settings& settings, TrainingOptions& options);
/// Binds the keys of section [sweep] but for those that belong to the flow.
void add_sweep_settings(Settings& settings, SweepOptions& options,
                        std::vector<Topology>& topologies);

}  // namespace minerva::training
