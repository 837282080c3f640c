#include "figures.hpp"

namespace minerva {

std::vector<Figure> pruning_figures(const RunSummary&) { return {}; }

}  // namespace minerva
