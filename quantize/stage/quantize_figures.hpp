#pragma once
#include <vector>

#include "minerva/report/figure.hpp"
#include "quantize_section.hpp"

namespace minerva::quantize {

/// Bits per layer and signal; error around the chosen formats. A part of the section that is empty
/// has no figure.
std::vector<Figure> format_figures(const RunSummary& summary, const QuantizeSection& plan);

}  // namespace minerva::quantize
