#pragma once
#include <string>

#include "training_section.hpp"

namespace minerva::training {

// Files of a run directory and data of figures.

std::string sweep_csv(const TrainingSection& training);
std::string noise_csv(const TrainingNoise& noise);

}  // namespace minerva::training
