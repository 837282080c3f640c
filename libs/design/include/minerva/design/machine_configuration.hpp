#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantization_plan.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {

/// The operating point of the weight memories.
struct SramPoint {
  double voltage_v = 0;   ///< supply of the weight SRAMs; 0: the technology's nominal voltage
  double fault_rate = 0;  ///< probability that a bit is faulty
};

/// Where the weights live (book, Sec. 4.5). A ROM holds one network for good: no faults, no
/// masking, no voltage scaling.
enum class WeightStorage { sram, rom };
constexpr EnumNames<WeightStorage, 2> enum_names(WeightStorage) {
  return {{{WeightStorage::sram, "sram"}, {WeightStorage::rom, "rom"}}};
}

/// What decides an accelerator's hardware, cycles and cost: the shapes it runs, its knobs and
/// widths, and the activity that was measured on it. machine_configuration(Design, ActivityProfile)
/// makes it.
struct MachineConfiguration {
  Topology topology;
  DesignPoint point;
  DatapathWidths widths;
  std::vector<bool> thresholds;  ///< layers that skip small inputs; empty: none does
  ActivityProfile activity;      ///< measured, for point.inputs_per_cycle() inputs a chunk
  Mitigation mitigation;
  SramPoint weight_sram;
  WeightStorage weight_storage = WeightStorage::sram;
  /// Further networks that the memories must hold: a programmable accelerator (book, Sec. 4.5).
  std::vector<Topology> also_for;

  /// Layer k has a threshold.
  bool skips(int k) const { return !thresholds.empty() && thresholds[static_cast<std::size_t>(k)]; }
  /// F1 has a comparator, since some layer needs it.
  bool has_comparator() const {
    return std::find(thresholds.begin(), thresholds.end(), true) != thresholds.end();
  }
};

}  // namespace minerva
