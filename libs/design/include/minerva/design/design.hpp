#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
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
const char* to_string(WeightStorage storage);

/// An accelerator for one network, as far as the stages have settled it.
struct Design {
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

/// Power of one part of the accelerator, averaged over a prediction.
struct PowerPart {
  std::string name;
  double dynamic_mw = 0;
  double leakage_mw = 0;
};

struct AreaPart {
  std::string name;
  double area_mm2 = 0;
};

/// Power, performance and area of a design with one technology.
struct PpaEstimate {
  std::vector<PowerPart> power;
  std::vector<AreaPart> area;
  std::int64_t cycles = 0;  ///< of one prediction
  double predictions_per_s = 0;
  double energy_per_prediction_nj = 0;
  double power_mw = 0;     ///< sum over `power`
  double area_mm2 = 0;     ///< sum over `area`
  std::string technology;  ///< name of the technology file
};

}  // namespace minerva
