#pragma once
#include <vector>

#include "design_space_section.hpp"
#include "minerva/report/figure.hpp"

namespace minerva::dse {

/// Power against time with the frontier; energy and area of the frontier. None without designs.
std::vector<Figure> design_space_figures(const DesignSpaceSection& space);

}  // namespace minerva::dse
