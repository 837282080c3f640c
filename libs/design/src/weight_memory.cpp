#include "minerva/design/weight_memory.hpp"

namespace minerva {

const char* to_string(WeightStorage storage) {
  return storage == WeightStorage::sram ? "sram" : "rom";
}

}  // namespace minerva
