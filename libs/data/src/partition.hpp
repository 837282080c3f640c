#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/data/load_dataset.hpp"

namespace minerva {

/// Labels of a file, or of a range of its rows, as they stand there.
struct LabelledFile {
  std::string path;
  std::vector<std::string> labels;
  std::int64_t first_line = 0;  ///< line of sample 0; 0: the file has no lines

  /// "file:line", or "file, sample i".
  std::string where(std::size_t sample) const;
};

/// The files of a set. A part without one is held out of `train`.
struct LabelledFiles {
  LabelledFile train;
  std::optional<LabelledFile> validation;
  std::optional<LabelledFile> test;
};

/// Samples of one part: their places in their file, ascending, and their classes.
struct ChosenSamples {
  std::vector<std::size_t> places;
  std::vector<std::int32_t> labels;
};

struct Partition {
  ChosenSamples train;
  ChosenSamples validation;
  ChosenSamples test;
  /// Places in the training file that are not test samples: train and held-out validation, before
  /// any limit.
  std::vector<std::size_t> not_test;
  std::vector<std::string> class_names;  ///< sorted; class i is class_names[i]
};

/// How validation samples are held out of the training file.
struct HoldOut {
  bool by_class = true;     ///< class by class in proportion; otherwise at random
  std::size_t usually = 0;  ///< when data.validation_samples is 0; 0: 15 in 100
};

/// Numbers the classes of the training file (whole numbers by value, else in byte order) and
/// chooses the samples of each part as DataOptions says. Throws UserError naming file and line for
/// a class that the training file has not, and the key for sizes that the files do not hold.
Partition partition(const LabelledFiles& files, const DataOptions& options, const HoldOut& rule);

}  // namespace minerva
