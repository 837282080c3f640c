#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "minerva/accelsim/batches.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/design/bank_counts.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/graph_counts.hpp"
#include "minerva/network/quantized_graph.hpp"
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

/// A word of a tensor that no window has.
constexpr std::int32_t kNotRead = std::numeric_limits<std::int32_t>::min();

/// The predictions that ran together as the SystemC model ran them: one, unless the machine runs
/// batches. Vectors hold one entry a layer, whose words are those of the first prediction, then of
/// the second. A fused pool takes no cycles; its operations are its events, and its accumulators
/// the words that A handed on.
struct SimulatedBatch {
  std::vector<LayerCycles> cycles;
  std::vector<GraphEventCounts> events;
  /// Codes of X that F1 read of the layer's tensor, in storage order; kNotRead: it did not.
  std::vector<std::vector<std::int32_t>> inputs;
  /// As A took them, in storage order, at the fraction of P; 0 at positions that a pool drops.
  std::vector<std::vector<std::int64_t>> accumulators;
  /// Of each prediction: the largest accumulator written out, the lowest index on a tie.
  std::vector<int> predicted_classes;
};

struct SimulationResult {
  std::vector<SimulatedBatch> batches;
  BankAccesses bank_accesses;  ///< over all batches

  std::vector<int> predicted_classes() const;  ///< of all samples, in their order
};

/// Runs the SystemC model of the accelerator on `inputs` (codes of the first layer's X, one entry a
/// prediction), one batch after the other. Throws UserError for an illegal point, ContractViolation
/// for inputs that do not fit the network and for anything the SystemC kernel warns about. Not
/// thread-safe: the SystemC kernel is one per process. Parallel simulation needs processes.
SimulationResult simulate(const QuantizedGraph& network, const DesignPoint& point,
                          const std::vector<std::vector<std::int16_t>>& inputs,
                          SimulationModel model = SimulationModel::stage_processes);
/// The same of a dense chain.
SimulationResult simulate(const QuantizedNetwork& network, const DesignPoint& point,
                          const std::vector<std::vector<std::int16_t>>& inputs,
                          SimulationModel model = SimulationModel::stage_processes);

}  // namespace minerva
