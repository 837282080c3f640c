#pragma once
#include <memory>
#include <vector>

#include "minerva/codesign/options.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/quantization_plan.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/options.hpp"

namespace minerva::codesign {

/// What a training for the hardware begins from and aims at.
struct FineTuningTask {
  std::shared_ptr<const GraphNetwork> start;    ///< a chain of dense layers
  std::shared_ptr<const GraphNetwork> teacher;  ///< null: the labels alone are learnt
  QuantizationPlan plan;
  PruningThresholds thresholds;
  std::vector<training::KnownFault> known_faults;  ///< of one chip; empty: faults are drawn
};

/// The training of such a task: the recipe of `base` (batch, optimizer, schedule, distortions,
/// seed) with what section [finetune] says in place of its own. Dropout is 0, since the hardware
/// scales no activation up; faults are masked as `base.faults` says, at the rate of [finetune].
training::TrainingOptions fine_tuning(const training::TrainingOptions& base,
                                      const FineTuneOptions& options, const FineTuningTask& task);

}  // namespace minerva::codesign
