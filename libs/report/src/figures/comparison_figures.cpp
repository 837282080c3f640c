#include "figures.hpp"

namespace minerva {

std::vector<Figure> comparison_figures(const std::vector<ComparedRun>&) { return {}; }

}  // namespace minerva
