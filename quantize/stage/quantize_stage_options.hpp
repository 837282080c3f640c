#pragma once
#include <string>

#include "minerva/quantize/options.hpp"

namespace minerva::quantize {

/// Options of stage 3. Keys of section [quantize].
struct QuantizeStageOptions {
  QuantizeOptions quantize;  ///< its start format is read from start_format
  std::string start_format = "Q6.10";
  std::string plan_file;  ///< empty: search
};

}  // namespace minerva::quantize
