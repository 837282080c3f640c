#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

/// Images of an IDX file, one byte a pixel, sample after sample, rows top to bottom.
struct IdxImages {
  int count = 0;
  int rows = 0;
  int columns = 0;
  std::vector<std::uint8_t> pixels;
};

// IDX (the format of MNIST's four files): two zero bytes, the element type (8: unsigned byte), the
// number of dimensions, each dimension as 4 bytes, highest first, then the elements. The file may
// be compressed with gzip. Readers check every field, gzip's checksum and that nothing follows, and
// throw UserError naming the file.

IdxImages read_idx_images(const std::string& path);
/// Labels, each below `classes`.
std::vector<std::uint8_t> read_idx_labels(const std::string& path, int classes);

}  // namespace minerva
