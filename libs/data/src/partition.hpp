#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/data/options.hpp"

namespace minerva {

/// Labels of a file, or of a range of its rows, as they stand there.
struct LabelledFile {
  std::string path;
  std::vector<std::string> labels;
  std::int64_t first_line = 0;        ///< line of sample 0; 0: the file has no lines
  std::vector<std::int64_t> lines{};  ///< of every sample; empty: one after another

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
  std::vector<std::string> class_names;  ///< class i is class_names[i]
  std::string class_rule;                ///< how they were numbered; empty: in their order
};

/// How validation samples are held out of the training file.
struct HoldOut {
  bool by_class = true;     ///< class by class in proportion; otherwise at random
  std::size_t usually = 0;  ///< when data.validation_samples is 0; 0: 15 in 100
};

/// Numbers the classes (ClassNumbers) and chooses the samples of each part as DataOptions says.
/// Throws UserError naming file and line for a label that is no class, and the key for sizes that
/// the files do not hold.
Partition partition(const LabelledFiles& files, const DataOptions& options, const HoldOut& rule);

/// Gives a set the names of its classes, and says which parts were held out.
void describe_parts(Dataset& data, const LabelledFiles& files, const Partition& parts);

}  // namespace minerva
