#pragma once
#include <string>

#include "minerva/data/dataset.hpp"

namespace minerva {

/// A line that stands for the content of a set of samples: sizes, and all inputs and labels folded
/// into 64 bits. Samples that differ have another key even where their files are the same (a split,
/// a weighting). Not meant against forgery.
std::string samples_key(const Samples& samples);

}  // namespace minerva
