#pragma once
#include <cstdint>
#include <vector>

#include "minerva/design/bank_counts.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/machine_configuration.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// Cycles of one layer by cause: the closed form of docs/machine.md, "Cycles".
/// Throws ContractViolation unless n_in, n_out >= 1. The point must be legal.
LayerCycles layer_cycles(int n_in, int n_out, const DesignPoint& point);
/// Cycles of every layer for one prediction.
std::vector<LayerCycles> count_cycles(const Topology& topology, const DesignPoint& point);
/// Words in one weight bank of one lane, every neuron in rows of its own: sum over layers of
/// ceil(n_out / lanes) ceil(n_in / banks).
std::int64_t weight_words_per_bank(const Topology& topology, const DesignPoint& point);
/// Throws UserError naming design.weight_bank_words and the network when the point's banks are too
/// small for it.
void check_weight_banks(const Topology& topology, const DesignPoint& point);
/// Cycles of one prediction.
std::int64_t total_cycles(const Topology& topology, const DesignPoint& point);

/// Events of layer `layer_index` (0-based) over `samples` predictions, from what its inputs did.
/// @param threshold the layer has a comparator (theta code above 0).
EventCounts count_events(int n_in, int n_out, int layer_index, const DesignPoint& point,
                         const LayerActivity& activity, std::int64_t samples, bool threshold);
/// Events of every layer of a design over design.activity.samples predictions. Throws
/// ContractViolation when the activity does not belong to the topology and the point.
std::vector<EventCounts> count_events(const MachineConfiguration& design);

/// Accesses of every memory bank over `samples` predictions: the closed form of docs/machine.md,
/// "Counts". @param activity one entry a layer, for the point's weight_banks_per_lane() banks;
/// throws ContractViolation when it does not belong to topology and point.
BankAccesses count_bank_accesses(const Topology& topology, const DesignPoint& point,
                                 const std::vector<BankActivity>& activity, std::int64_t samples);

}  // namespace minerva
