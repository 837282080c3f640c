#pragma once
#include <cstdint>
#include <string>

#include "minerva/nn/dataset.hpp"

namespace minerva {

/// Which data, and how much of it. A size of 0 stands for the set's own default.
struct DataOptions {
  std::string set = "digits";     ///< digits: generated from a seed; mnist: IDX files under `dir`
  std::string dir;                ///< holds the IDX files, or a folder mnist that does
  int train_samples = 0;          ///< digits 8,000; mnist all that validation leaves
  int validation_samples = 0;     ///< digits 4,000; mnist 10,000 taken out of the training file
  int test_samples = 0;           ///< digits 4,000; mnist all
  std::uint64_t split_seed = 1;   ///< chooses mnist's validation samples
  std::uint64_t digits_seed = 1;  ///< of the generator
};

/// Throws UserError naming "data.xxx" for options out of range.
void check(const DataOptions& options);

/// Loads or generates a data set; inputs are in 0 .. 1. Sizes of mnist that the files do not hold
/// are UserErrors, never filled up. The validation samples of mnist are the first of a permutation
/// keyed by split_seed; both parts keep the order of the file, and limits take the first samples.
/// @param threads used by the generator alone; the data do not depend on it.
/// Throws UserError naming the key or file.
Dataset load_dataset(const DataOptions& options, int threads = 1);

}  // namespace minerva
