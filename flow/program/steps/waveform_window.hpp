#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/counts.hpp"
#include "minerva/flow/run_options.hpp"

namespace minerva::flow {

/// Cycles of a simulation, counted from cycle 0 of the first prediction through all predictions.
struct WaveformWindow {
  std::int64_t first_cycle = 0;
  std::int64_t end_cycle = 0;  ///< the first one that is not shown
};

/// The cycles that simulate.vcd_layer, vcd_from and vcd_cycles name. Throws UserError for a layer
/// or for cycles that are not there.
/// @param cycles [sample][layer]
WaveformWindow waveform_window(const EvaluationOptions& options,
                               const std::vector<std::vector<LayerCycles>>& cycles);

}  // namespace minerva::flow
