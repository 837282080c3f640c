#include "minerva/data/part_summary.hpp"

#include <algorithm>
#include <limits>

namespace minerva {

PartSummary summarize(const Samples& part, int classes) {
  PartSummary summary;
  summary.samples = part.size();
  summary.of_class.resize(static_cast<std::size_t>(classes));
  for (const std::int32_t label : part.labels)
    ++summary.of_class.at(static_cast<std::size_t>(label));
  if (part.size() == 0) return summary;
  summary.fewest_nonzeros = std::numeric_limits<std::int64_t>::max();
  summary.least_value = std::numeric_limits<float>::max();
  summary.largest_value = std::numeric_limits<float>::lowest();
  const auto take = [&](const float* values, std::int64_t count) {
    const auto nonzeros = static_cast<std::int64_t>(
        std::count_if(values, values + count, [](float x) { return x != 0; }));
    summary.nonzeros += nonzeros;
    summary.zero_samples += nonzeros == 0 ? 1 : 0;
    summary.fewest_nonzeros = std::min(summary.fewest_nonzeros, nonzeros);
    summary.most_nonzeros = std::max(summary.most_nonzeros, nonzeros);
    for (std::int64_t k = 0; k < count; ++k) {
      summary.least_value = std::min(summary.least_value, values[k]);
      summary.largest_value = std::max(summary.largest_value, values[k]);
    }
    if (nonzeros < part.inputs.rows()) {  // zeros that are not stored
      summary.least_value = std::min(summary.least_value, 0.0F);
      summary.largest_value = std::max(summary.largest_value, 0.0F);
    }
  };
  for (Eigen::Index s = 0; s < part.size(); ++s) {
    if (part.inputs.is_sparse()) {
      const SparseInputs& inputs = part.inputs.sparse();
      const std::int32_t begin = inputs.outerIndexPtr()[s];
      take(inputs.valuePtr() + begin, inputs.outerIndexPtr()[s + 1] - begin);
    } else {
      take(part.inputs.dense().col(s).data(), part.inputs.rows());
    }
  }
  return summary;
}

}  // namespace minerva
