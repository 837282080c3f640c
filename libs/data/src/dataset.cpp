#include "minerva/data/dataset.hpp"

#include <algorithm>

namespace minerva {

Samples Samples::head(std::int64_t count) const {
  const std::int64_t n = std::min(count, size());
  return {inputs.left_columns(n), {labels.begin(), labels.begin() + n}};
}

}  // namespace minerva
