#pragma once
#include <string>

#include "minerva/training/options.hpp"
#include "minerva/training/sweep_options.hpp"

namespace minerva::training {

/// Options of stage 1: the sweep, the network and its training noise. Keys of sections [training],
/// [sweep] and [noise].
struct TrainingStageOptions {
  TrainingOptions training;
  std::string network_text;           ///< of training.network
  std::string networks_text;          ///< of sweep.networks
  std::string training_cache;         ///< empty: trainings in the run directory
  CheckpointRule checkpoints{0, 30};  ///< assumption: half a minute may be lost
  SweepOptions sweep;
  SweepTopologies sweep_topologies;
  int sweep_epochs = 0;  ///< 0: as many as the training
  bool sweep_use_choice = false;
  int noise_seeds = 5;
  std::string noise_file;  ///< empty: measure the noise
  /// A noise is used with a given network also where its trainings err otherwise than that one.
  bool noise_of_other_recipe = false;
};

}  // namespace minerva::training
