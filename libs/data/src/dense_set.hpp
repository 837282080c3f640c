#pragma once
#include <optional>
#include <utility>

#include "minerva/data/dataset.hpp"
#include "minerva/data/input_scaling.hpp"
#include "partition.hpp"

namespace minerva {

/// The parts of a set whose files are read, dense and scaled. A part without a file is held out of
/// `train`. File needs `select(file, chosen)`, which makes samples of chosen places.
template <class File>
Dataset dense_set(const LabelledFiles& labels, const DataOptions& options, const HoldOut& rule,
                  const File& train, const std::optional<File>& validation,
                  const std::optional<File>& test) {
  const Partition parts = partition(labels, options, rule);
  Dataset data;
  describe_parts(data, labels, parts);
  data.train = select(train, parts.train);
  data.validation = select(validation ? *validation : train, parts.validation);
  data.test = select(test ? *test : train, parts.test);
  scale_inputs(data.train.inputs.dense(), data.validation.inputs.dense(), data.test.inputs.dense(),
               options.scaling);
  return data;
}

}  // namespace minerva
