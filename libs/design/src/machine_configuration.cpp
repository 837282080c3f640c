#include "minerva/design/machine_configuration.hpp"

namespace minerva {

const char* to_string(WeightStorage storage) {
  return storage == WeightStorage::sram ? "sram" : "rom";
}

}  // namespace minerva
