#pragma once
#include <string>

#include "minerva/data/dataset.hpp"

namespace minerva {

/// A line that identifies the content of a set of samples: its sizes, and a hash of 64 bits over
/// all inputs and labels. Samples that differ have different keys even where they come from the
/// same files, with a different split or weighting. The hash is no protection against forgery.
std::string samples_key(const Samples& samples);

}  // namespace minerva
