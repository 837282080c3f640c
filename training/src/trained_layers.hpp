#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/training/gradient.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// The layers of one training: where its parameters stand, its loss and its gradient. Data and
/// options are those of a training that was checked.
class TrainedLayers {
 public:
  virtual ~TrainedLayers() = default;
  virtual std::vector<float> initial_parameters(const TrainingOptions& options) const = 0;
  /// One step along the gradient of the samples order[0 .. size - 1]; returns the loss without the
  /// weight penalty. `parameters` are those of `state`.
  virtual double descend(const Descent& rule, const std::int32_t* order, int size,
                         std::uint64_t step, const std::vector<float>& parameters,
                         const DescentState<float>& state) = 0;
  virtual double weight_penalty(const float* parameters) const = 0;
  virtual BatchErrors judge(const float* parameters, const Batch& batch) = 0;
};

/// Fully connected layers, or those of options.network.
std::unique_ptr<TrainedLayers> trained_layers(const Dataset& data, const TrainingOptions& options,
                                              int threads);

}  // namespace minerva::training
