#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "minerva/base/errors.hpp"

namespace minerva {

/// Makes the first half of a test file the validation part and leaves the second, larger by one
/// where the number is odd. File has `pixels`, `labels` and inputs(), the bytes of a sample.
template <class File>
void split_test(std::optional<File>& test, std::optional<File>& validation) {
  if (!test) {
    throw UserError("data.validation_from", "test", "needs a test file, which is not given");
  }
  const std::size_t half = test->labels.labels.size() / 2;
  if (half == 0) {
    throw UserError("data.validation_from", "test", "needs 2 or more samples in the test file");
  }
  File first = *test;
  const std::size_t bytes = half * first.inputs();
  first.labels.labels.resize(half);
  first.pixels.resize(bytes);
  auto& labels = test->labels.labels;
  labels.erase(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(half));
  test->pixels.erase(test->pixels.begin(),
                     test->pixels.begin() + static_cast<std::ptrdiff_t>(bytes));
  validation = std::move(first);
}

}  // namespace minerva
