#pragma once
#include <vector>

#include "minerva/report/figure.hpp"
#include "training_section.hpp"

namespace minerva::training {

// A part that is empty has no figure.

/// Error against weights.
std::vector<Figure> sweep_figures(const RunSummary& summary, const TrainingSection& training);
/// Training noise: the error of every seed.
std::vector<Figure> noise_figures(const RunSummary& summary, const TrainingNoise& noise);

}  // namespace minerva::training
