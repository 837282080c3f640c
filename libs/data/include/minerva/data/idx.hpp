#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/tensor_shape.hpp"

namespace minerva {

/// The samples of an IDX file, one byte for each value, sample after sample. The rows of an image
/// run from top to bottom.
struct IdxImages {
  int count = 0;
  std::vector<int> sides;  ///< of one sample; images: rows, columns
  std::vector<std::uint8_t> pixels;

  int inputs() const;  ///< values of a sample
  /// Two sides are an image of one channel, three an image of as many channels as the last says,
  /// one is a vector.
  TensorShape sample_shape() const;
};

// IDX (the format of MNIST's four files): two zero bytes, the element type (8: unsigned byte), the
// number of dimensions, each dimension as 4 bytes, highest first, then the elements. The file may
// be compressed by gzip. The readers check every field, the checksum of gzip, and that nothing
// follows the elements. They throw UserError naming the file.

/// Reads samples of a file with 2 to 4 dimensions, the first of which counts the samples.
IdxImages read_idx_images(const std::string& path);
/// Reads labels. Each must be below `classes`, which is at most 256.
std::vector<std::uint8_t> read_idx_labels(const std::string& path, int classes);

}  // namespace minerva
