#pragma once
#include <cstddef>
#include <cstdint>

#include "minerva/training/descent.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// What step `step` (from 0) does at a learning rate. Adam's rate and epsilon hold its bias
/// corrections (Kingma and Ba, 2015, end of Sec. 2).
Descent descent_of(const TrainingOptions& options, double learning_rate, std::uint64_t step);

/// Whether an optimizer keeps a first number (velocity, mean) and a second (mean square) of each
/// parameter.
bool keeps_first(Optimizer optimizer);
bool keeps_second(Optimizer optimizer);

/// One step over `count` parameters; what the rule does not keep is not touched.
void descend(const Descent& rule, const DescentState<float>& state, float* gradient,
             std::size_t count);

}  // namespace minerva::training
