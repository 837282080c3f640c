#pragma once
#include <string>

#include "minerva/network/quantization_plan.hpp"

namespace minerva::quantize {

/// "Q2.6 Q2.4 Q2.7".
inline std::string formats_text(const LayerFormats& f) {
  return to_string(f.weight) + " " + to_string(f.activation) + " " + to_string(f.product);
}

}  // namespace minerva::quantize
