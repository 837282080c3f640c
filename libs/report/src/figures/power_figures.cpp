#include "figures.hpp"

namespace minerva {

std::vector<Figure> power_figures(const RunSummary&) { return {}; }

}  // namespace minerva
