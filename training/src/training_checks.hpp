#pragma once
#include <string>

#include "minerva/data/dataset.hpp"
#include "minerva/training/checkpoint.hpp"
#include "minerva/training/options.hpp"

// What the files of a training must hold besides a checksum that fits: what these options on this
// data can have come to. Each throws DamagedTraining naming `where`.
namespace minerva::training {

/// The recipe, epochs in their order and no more than asked for, counts of no more samples than
/// there are, the best epoch that follows from them, and an end that fits.
void check_record(const TrainingRecord& record, const TrainingOptions& options, const Dataset& data,
                  const std::string& where);
/// The state of a training under way, or the last good one of a training that diverged.
void check_state(const TrainingState& state, const TrainingOptions& options, const Dataset& data,
                 const std::string& where);
/// The parameters of a finished training and nothing else.
void check_network_state(const TrainingState& state, const TrainingOptions& options,
                         const Dataset& data, const std::string& where);

}  // namespace minerva::training
