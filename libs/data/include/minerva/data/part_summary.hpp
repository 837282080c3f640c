#pragma once
#include <cstdint>
#include <vector>

#include "minerva/data/dataset.hpp"

namespace minerva {

/// Counts and ranges of one part of a data set.
struct PartSummary {
  std::int64_t samples = 0;
  std::vector<std::int64_t> of_class;  ///< samples of each class
  std::int64_t zero_samples = 0;       ///< all inputs are zero
  std::int64_t nonzeros = 0;           ///< over all samples
  std::int64_t fewest_nonzeros = 0;    ///< of a sample
  std::int64_t most_nonzeros = 0;      ///< of a sample
  float least_value = 0;               ///< of an input, zeros included
  float largest_value = 0;
};

/// @param classes the number of classes; every label must be below it.
PartSummary summarize(const Samples& part, int classes);

}  // namespace minerva
