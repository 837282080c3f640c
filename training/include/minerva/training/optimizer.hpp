#pragma once
#include <cstdint>

#include "minerva/training/descent.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// What step `step` (from 0) does at a learning rate.
Descent descent_of(const TrainingOptions& options, double learning_rate, std::uint64_t step);

/// Whether an optimizer keeps a first number (velocity, mean) and a second (mean square) of each
/// parameter.
bool keeps_first(Optimizer optimizer);
bool keeps_second(Optimizer optimizer);

}  // namespace minerva::training
