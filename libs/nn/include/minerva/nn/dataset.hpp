#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/nn/sample_inputs.hpp"

namespace minerva {

/// Labelled samples, one a column.
struct Samples {
  SampleInputs inputs;               ///< inputs x samples
  std::vector<std::int32_t> labels;  ///< 0 .. classes - 1, one a sample

  std::int64_t size() const { return inputs.cols(); }
  /// The first `count` samples; all of them when there are fewer.
  Samples head(std::int64_t count) const;
};

/// A data set, split once. Nothing is tuned on `test`.
struct Dataset {
  std::string name;
  int classes = 0;
  Samples train;
  Samples validation;
  Samples test;
  std::string checksum;  ///< SHA-256 over the files read or the generator's key
  std::string source;    ///< where it came from, for reports

  int inputs() const { return static_cast<int>(test.inputs.rows()); }
};

}  // namespace minerva
