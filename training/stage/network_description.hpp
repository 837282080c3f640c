#pragma once
#include <string>

#include "minerva/design/training_noise.hpp"
#include "minerva/flow/run_context.hpp"
#include "training_stage.hpp"

// What the report says of the network of stage 1, and whether one that was given may be judged by
// what is at hand.
namespace minerva::training {

/// Counts the network's errors on both sets for summary and stage table; says those of a given
/// network, and a sign that it was trained on the validation samples.
void describe_network(flow::RunContext& run, const std::string& origin);

/// What the run takes a given network's inputs and labels for, and whether its error counts. After
/// describe_network.
void note_given_network(flow::RunContext& run);

/// Throws UserError when the given network is none that these trainings could have made: its error
/// would be judged by the noise of another recipe.
void check_noise_of_given_network(const TrainingStage& stage, flow::RunContext& run,
                                  const TrainingNoise& noise);

}  // namespace minerva::training
