#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/design/bank_counts.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/graph_counts.hpp"

namespace minerva {

/// Cycles of one layer for pipeline.batch_size predictions that run together, by cause: the closed
/// form of docs/machine.md, "Cycles". A fused pool has none: they are those of the convolution
/// before it. The point must be legal. Of a machine that reads ahead the data decide;
/// ContractViolation.
LayerCycles layer_cycles(const LayerFacts& layer, const LanePipeline& pipeline);
/// Of a dense layer. Throws ContractViolation unless n_in, n_out >= 1.
LayerCycles layer_cycles(int n_in, int n_out, const LanePipeline& pipeline);
LayerCycles layer_cycles(int n_in, int n_out, const DesignPoint& point);
/// Cycles of every layer for one batch: one prediction where predictions run one after the other.
std::vector<LayerCycles> count_cycles(const MachineNetwork& network, const LanePipeline& pipeline);
std::vector<LayerCycles> count_cycles(const MachineNetwork& network, const DesignPoint& point);
/// Cycles of one batch.
std::int64_t total_cycles(const MachineNetwork& network, const LanePipeline& pipeline);
std::int64_t total_cycles(const MachineNetwork& network, const DesignPoint& point);

/// Cycles of layer k of any machine, summed over activity.samples predictions in batches, of
/// which the last one may be smaller. Of a machine that
/// reads ahead they are those that were counted for it, or of inputs that are all kept.
LayerCycles count_cycles(const MachineConfiguration& machine, int k,
                         const ActivityProfile& activity);
/// Mean cycles of a prediction, in whole batches.
double mean_cycles(const MachineConfiguration& machine, const ActivityProfile& activity);

/// Weights of a layer that come from off chip in a batch; 0 where weights are on chip.
std::int64_t weight_loads(const LayerFacts& layer, const LanePipeline& pipeline);

/// Events of layer k of a machine over activity.samples predictions. Several accumulators spare a
/// dense layer weight reads only where predictions run together: it has one position of each.
GraphEventCounts count_events(const MachineConfiguration& machine, int k,
                              const ActivityProfile& activity);
/// Events of dense layer `layer_index` (0-based) over `samples` predictions, from what its inputs
/// did. @param threshold the layer has a comparator (theta code above 0).
EventCounts count_events(int n_in, int n_out, int layer_index, const DesignPoint& point,
                         const LayerActivity& activity, std::int64_t samples, bool threshold);
/// Events of every layer of a machine over activity.samples predictions. Throws ContractViolation
/// when the activity does not belong to the machine.
std::vector<GraphEventCounts> count_events(const MachineConfiguration& machine,
                                           const ActivityProfile& activity);
/// Throws ContractViolation unless the activity was measured on the machine's network, for its
/// inputs per cycle and, where it has convolutions, its positions per weight, over one sample or
/// more; of a machine that reads ahead with its cycles, unless nothing is skipped.
void check_activity(const MachineConfiguration& machine, const ActivityProfile& activity);

/// Accesses of every memory bank over `samples` predictions: the closed form of docs/machine.md,
/// "Counts". @param activity one entry a layer, for the point's weight_banks_per_lane() banks;
/// throws ContractViolation when it does not belong to network and point.
BankAccesses count_bank_accesses(const MachineNetwork& network, const DesignPoint& point,
                                 const std::vector<BankActivity>& activity, std::int64_t samples);

}  // namespace minerva
