#include "figures.hpp"

namespace minerva {

std::vector<Figure> noise_figures(const RunSummary&) { return {}; }
std::vector<Figure> sweep_figures(const RunSummary&) { return {}; }

}  // namespace minerva
