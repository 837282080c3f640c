#pragma once

namespace minerva {

/// The operating point of the weight memories.
struct SramPoint {
  double voltage_v = 0;   ///< supply of the weight SRAMs; 0: the technology's nominal voltage
  double fault_rate = 0;  ///< probability that a bit is faulty
};

/// Where the weights are stored (book, Sec. 4.5). A ROM holds one network for good: it has no
/// faults, no masking and no voltage scaling.
enum class WeightStorage { sram, rom };
const char* to_string(WeightStorage storage);

}  // namespace minerva
