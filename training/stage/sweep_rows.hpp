#pragma once
#include "minerva/data/dataset.hpp"
#include "minerva/training/sweep.hpp"
#include "training_section.hpp"

namespace minerva::training {

/// A point of the sweep as the report has it.
SweepRow row_of(const SweepPoint& point, const Dataset& set);
/// Puts the topology and hyperparameters of a row into training options.
void adopt_row(const SweepRow& row, TrainingOptions& options);
/// The table of the sweep for a terminal, with what the search cost beside the whole grid; `epochs`
/// are those of one network.
std::string sweep_text(const TrainingSection& swept, int epochs);

}  // namespace minerva::training
