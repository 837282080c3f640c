#pragma once
#include <string>

#include "minerva/training/options.hpp"

namespace minerva::training {

/// The recipe on one line, of a network of that description.
std::string recipe_text(const TrainingOptions& options, const std::string& network);

}  // namespace minerva::training
