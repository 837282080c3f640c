#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/network/tensor_shape.hpp"

namespace minerva {

/// Samples of an IDX file, one byte a value, sample after sample; images rows top to bottom.
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
// be compressed with gzip. Readers check every field, gzip's checksum and that nothing follows, and
// throw UserError naming the file.

/// Samples of 2 to 4 dimensions, the first of which counts them.
IdxImages read_idx_images(const std::string& path);
/// Labels, each below `classes`, which is at most 256.
std::vector<std::uint8_t> read_idx_labels(const std::string& path, int classes);

}  // namespace minerva
