#pragma once
#include <algorithm>
#include <vector>

#include "minerva/accelsim/machine_network.hpp"
#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/weight_memory.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva {

struct Design;
struct QuantizedGraph;
struct QuantizedNetwork;

/// What decides the hardware of the lane array: the shapes it runs, its knobs and its widths. What
/// was measured on it and the voltage that it runs at are no hardware: the questions that need them
/// take them beside the configuration.
struct MachineConfiguration {
  MachineNetwork network;  ///< that runs
  DesignPoint point;
  DatapathWidths widths;
  std::vector<bool> thresholds;  ///< layers that skip small inputs; empty: none does
  Mitigation mitigation;
  WeightStorage weight_storage = WeightStorage::sram;
  /// Further networks that the memories must hold: a programmable accelerator (book, Sec. 4.5).
  std::vector<MachineNetwork> also_for;

  /// Layer k has a threshold.
  bool skips(int k) const { return !thresholds.empty() && thresholds[static_cast<std::size_t>(k)]; }
  /// F1 has a comparator, since some layer needs it.
  bool has_comparator() const {
    return std::find(thresholds.begin(), thresholds.end(), true) != thresholds.end();
  }
};

/// The machine of a design. A layer has a comparator when the code of its threshold, as
/// quantize_network of libs/network computes it, is above 0. Throws UserError for a plan or
/// thresholds of another number of layers and for a threshold outside its format; ContractViolation
/// for a design without a network.
MachineConfiguration machine_configuration(const Design& design);
/// The machine at `point` for a network with its mitigation, weights in SRAM.
MachineConfiguration machine_configuration(const QuantizedGraph& network, const DesignPoint& point);
MachineConfiguration machine_configuration(const QuantizedNetwork& network,
                                           const DesignPoint& point);

}  // namespace minerva
