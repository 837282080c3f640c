#pragma once
#include "minerva/base/enum_names.hpp"

namespace minerva {

/// The operating point of the weight memories.
struct SramPoint {
  double voltage_v = 0;   ///< supply of the weight SRAMs; 0: the technology's nominal voltage
  double fault_rate = 0;  ///< probability that a bit is faulty
};

/// Where the weights are stored (book, Sec. 4.5). A ROM holds one network for good: it has no
/// faults, no masking and no voltage scaling.
enum class WeightStorage { sram, rom };
constexpr EnumNames<WeightStorage, 2> enum_names(WeightStorage) {
  return {{{WeightStorage::sram, "sram"}, {WeightStorage::rom, "rom"}}};
}

}  // namespace minerva
