#pragma once
#include <vector>

#include "minerva/training/gradient.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// All parameters at the start: weights of layer k from KeyedRandom(seed, initial_weights, k) with
/// the variance of Initialization, normal or uniform; biases 0.
std::vector<float> initial_parameters(const ParameterLayout& layout,
                                      const TrainingOptions& options);

}  // namespace minerva::training
