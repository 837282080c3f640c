#pragma once
#include <cstdint>
#include <vector>

#include "minerva/flow/run_context.hpp"

namespace minerva::flow {

/// What eval and simulate run: a network in integers, its machine and its samples.
struct EvaluationSetup {
  QuantizedGraph network;
  bool faults = false;  ///< a fault map was injected
  DesignPoint point;
  Samples samples;

  /// The network for models that take chains of dense layers alone. Throws UserError for others.
  QuantizedNetwork chain() const;
};

/// From the files and keys asked for: plan (the start format without one), thresholds, faults.
/// @param samples of the part; 0: all. @param samples_key names them in a message.
EvaluationSetup set_up_evaluation(RunContext& run, std::int64_t samples, const char* samples_key);

/// The inputs of each sample as codes of the first layer's X.
std::vector<std::vector<std::int16_t>> codes_of_each(const EvaluationSetup& setup);

}  // namespace minerva::flow
