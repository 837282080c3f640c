#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "minerva/design/ppa_estimate.hpp"
#include "minerva/report/figure.hpp"

namespace minerva {

/// How tables and figures name layer k: its number from 1, and its word, "2: c16k5".
std::string layer_label(const std::vector<LayerEstimate>& layers, std::size_t k);

/// Energy of each layer of a prediction by part, and its cycles by cause below. Its id is
/// "energy-by-layer".
Figure layer_figure(const std::vector<LayerEstimate>& layers);

}  // namespace minerva
