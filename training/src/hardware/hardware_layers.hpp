#pragma once
#include <memory>

#include "trained_layers.hpp"

namespace minerva::training {

/// Fully connected layers that are trained for their hardware (options.hardware).
std::unique_ptr<TrainedLayers> hardware_layers_of(const Dataset& data,
                                                  const TrainingOptions& options, int threads);

}  // namespace minerva::training
