#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/flow/run_context.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/planned_trainings.hpp"
#include "minerva/training/sweep.hpp"
#include "minerva/training/training_cache.hpp"
#include "training_section.hpp"
#include "training_stage_options.hpp"

namespace minerva::training {

/// The options of stage 1, and what its two parts share in memory.
struct TrainingStage : TrainingStageOptions {
  std::unique_ptr<TrainingStore> store;
  std::unique_ptr<TrainingCache> trainings;
  std::optional<NoiseMeasurement> measured;  ///< with the network, for the noise stage
};

/// Stage 1 in two parts: the sweep with the network, and the training noise.
std::vector<flow::StageDefinition> training_stages();

/// Where a run keeps its trainings: in its cache, or below its run directory; in memory when there is
/// neither.
std::unique_ptr<TrainingStore> training_store(const flow::RunContext& run);

/// The trainings of a stage that do not wait for each other, to be done in several places.
struct TrainingPlan {
  std::vector<PlannedTraining> trainings;
  std::vector<std::string> keys;  ///< of each, in a TrainingCache
  StageQuestion question;         ///< all that they depend on
  bool trains_network = false;    ///< of the noise stage: the network, too, is still to be trained
};
/// Trainings of stage kTrainStage or kNoiseStage, whose records were read. Throws UserError where
/// they wait for results that are not there yet.
TrainingPlan plan_trainings(flow::RunContext& run, const std::string& id);

/// Keys of the trainings whose network a whole run leaves in its trainings, and of those whose
/// network it takes away.
struct NetworksLeft {
  std::vector<std::string> kept;
  std::vector<std::string> dropped;
};
/// Of a run of all stages, as far as it came.
NetworksLeft networks_left(flow::RunContext& run);

}  // namespace minerva::training
