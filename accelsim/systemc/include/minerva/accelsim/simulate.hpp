#pragma once
#include <cstdint>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/design/bank_counts.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantized_network.hpp"

namespace minerva {

/// How the SystemC model is cut into processes; both are equal in every number. stage_processes:
/// one a pipeline stage and lane, the reference; lane_processes: one a lane, faster with many
/// lanes.
enum class SimulationModel { stage_processes, lane_processes };
constexpr EnumNames<SimulationModel, 2> enum_names(SimulationModel) {
  return {{{SimulationModel::stage_processes, "stage_processes"},
           {SimulationModel::lane_processes, "lane_processes"}}};
}

/// One prediction as the SystemC model ran it; vectors hold one entry a layer.
struct SimulatedPrediction {
  std::vector<LayerCycles> cycles;
  std::vector<EventCounts> events;
  std::vector<std::vector<std::int32_t>> inputs;        ///< words that F1 read, codes of X
  std::vector<std::vector<std::int64_t>> accumulators;  ///< as A took them, at the fraction of P
  int predicted_class = 0;  ///< largest accumulator written out, the lowest index on a tie
};

struct SimulationResult {
  std::vector<SimulatedPrediction> samples;
  BankAccesses bank_accesses;  ///< over all samples
};

/// Runs the SystemC model of the accelerator on `inputs` (codes of the first layer's X), one
/// prediction after the other. Throws UserError for an illegal point, ContractViolation for inputs
/// that do not fit the network and for anything the SystemC kernel warns about.
/// Not thread-safe: the SystemC kernel is one per process. Parallel simulation needs processes.
SimulationResult simulate(const QuantizedNetwork& network, const DesignPoint& point,
                          const std::vector<std::vector<std::int16_t>>& inputs,
                          SimulationModel model = SimulationModel::stage_processes);

}  // namespace minerva
