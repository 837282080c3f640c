#include "figures.hpp"

namespace minerva {

std::vector<Figure> design_space_figures(const DesignSpaceSummary&) { return {}; }

}  // namespace minerva
