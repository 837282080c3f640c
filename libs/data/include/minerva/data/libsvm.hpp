#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

/// The samples of a LIBSVM file, as they stand there: a label and `index:value` a line.
struct LibsvmFile {
  std::string path;
  std::vector<std::string> labels;
  std::vector<std::int64_t> lines;        ///< of every sample
  std::vector<std::size_t> begins = {0};  ///< of every sample in indices and values, and the end
  std::vector<std::int32_t> indices;      ///< as in the file, ascending in each sample
  std::vector<float> values;
  std::int32_t least_index = 0;    ///< of all; 0 when there is no value
  std::int32_t largest_index = 0;  ///< of all; 0 when there is no value

  std::size_t size() const { return labels.size(); }
};

/// Reads a LIBSVM (SVMlight) file, which may be compressed by gzip; `#` begins a comment. Throws
/// UserError naming file:line for a pair that is no index and finite number, indices that do not
/// ascend, several labels, a query id, and a blank line with a sample below it; and naming the file
/// when it has no sample.
LibsvmFile read_libsvm(const std::string& path);

}  // namespace minerva
