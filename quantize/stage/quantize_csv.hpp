#pragma once
#include <string>

#include "quantize_section.hpp"

namespace minerva::quantize {

// Files of a run directory and data of figures.

std::string formats_csv(const QuantizeSection& plan);
std::string format_curve_csv(const QuantizeSection& plan);
std::string saturation_csv(const QuantizeSection& plan);

}  // namespace minerva::quantize
