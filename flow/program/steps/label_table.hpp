#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "json_output.hpp"
#include "minerva/data/dataset.hpp"

namespace minerva::flow {

/// What a network says of the samples of one label.
struct LabelRow {
  std::string label;  ///< empty: no label belongs to this output
  int output = 0;
  std::int64_t samples = 0;
  std::int64_t wrong = 0;
  int mostly = -1;  ///< the output that it predicts most often for them; -1: there is no sample
  std::int64_t of_mostly = 0;  ///< samples for which it predicts that output
};

/// A row for each output of a network.
/// @param classes the predicted output of every sample.
std::vector<LabelRow> label_rows(const Dataset& data, const Samples& samples,
                                 const std::vector<std::int32_t>& classes);
std::string label_table_text(const std::vector<LabelRow>& rows);
Json label_table_json(const std::vector<LabelRow>& rows);

/// What the rows tell of labels that belong to other outputs than they stand at; empty: nothing.
/// Most samples are wrong, and yet each label has an output of its own that is predicted for three
/// in four of its samples or more.
std::string mismatch_of_labels(const std::vector<LabelRow>& rows);

}  // namespace minerva::flow
