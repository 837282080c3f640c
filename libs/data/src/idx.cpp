#include "minerva/data/idx.hpp"

#include <cstdio>
#include <limits>

#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {
namespace {
using Bytes = std::vector<std::uint8_t>;
constexpr std::uint32_t kMaxSide = kMaxLayerWidth;
constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 30;  // as many as a file may hold

/// The type of an IDX file's elements, from its third byte; nothing for a byte that is none.
const char* element_type(std::uint32_t code) {
  switch (code) {
    case 0x08:
      return "unsigned bytes";
    case 0x09:
      return "signed bytes";
    case 0x0b:
      return "16-bit integers";
    case 0x0c:
      return "32-bit integers";
    case 0x0d:
      return "32-bit floats";
    case 0x0e:
      return "64-bit floats";
    default:
      return nullptr;
  }
}

void check_magic(const std::string& path, std::uint32_t found, std::uint32_t dimensions) {
  constexpr std::uint32_t kUnsignedBytes = 0x08;
  if (found == ((kUnsignedBytes << 8) | dimensions)) return;
  const char* count = dimensions == 1 ? "1 dimension" : "2 to 4 dimensions";
  const char* type = found >> 16 == 0 ? element_type(found >> 8) : nullptr;
  if (type != nullptr && found >> 8 != kUnsignedBytes) {
    throw UserError(path, type, "needs an IDX file of unsigned bytes; other elements are not read");
  }
  if (type != nullptr) {
    throw UserError(path, std::to_string(found & 0xff) + " dimensions",
                    std::string("needs an IDX file of ") + count);
  }
  char bytes[16];
  std::snprintf(bytes, sizeof bytes, "%02x %02x %02x %02x", found >> 24, (found >> 16) & 0xff,
                (found >> 8) & 0xff, found & 0xff);
  throw UserError(path, bytes,
                  "is no IDX file: needs to begin with the bytes 00 00 08 0" +
                      std::to_string(dimensions) + ", of unsigned bytes in " + count);
}

/// Reads the header, checks it and the length, and returns the dimensions. Elements start at
/// 4 + 4 * dimensions.
std::vector<std::uint32_t> parse_header(const std::string& path, const Bytes& bytes,
                                        std::size_t dimensions) {
  const std::size_t header = 4 + 4 * dimensions;
  if (bytes.size() < header) {
    throw UserError(path, std::to_string(bytes.size()) + " bytes",
                    "is truncated: an IDX header has " + std::to_string(header));
  }
  const auto word = [&](std::size_t at) {
    return (std::uint32_t{bytes[at]} << 24) | (std::uint32_t{bytes[at + 1]} << 16) |
           (std::uint32_t{bytes[at + 2]} << 8) | std::uint32_t{bytes[at + 3]};
  };
  check_magic(path, word(0), static_cast<std::uint32_t>(dimensions));
  std::vector<std::uint32_t> sizes;
  std::uint64_t elements = 1;
  for (std::size_t d = 0; d < dimensions; ++d) {
    sizes.push_back(word(4 + 4 * d));
    const std::uint32_t most =
        d == 0 ? static_cast<std::uint32_t>(std::numeric_limits<int>::max()) : kMaxSide;
    if (sizes[d] < 1 || sizes[d] > most) {
      throw UserError(path, std::to_string(sizes[d]),
                      "dimension " + std::to_string(d) + " must be 1 to " + std::to_string(most));
    }
    elements *= sizes[d];
    if (elements > kMaxElements) {
      throw UserError(path, std::to_string(elements) + " elements",
                      "must hold at most " + std::to_string(kMaxElements));
    }
  }
  if (bytes.size() - header != elements) {
    throw UserError(
        path, std::to_string(bytes.size() - header) + " bytes of elements",
        (bytes.size() - header < elements ? "is truncated: its header promises "
                                          : "has bytes after its end: its header promises ") +
            std::to_string(elements));
  }
  return sizes;
}

}  // namespace

int IdxImages::inputs() const {
  int product = 1;
  for (const int side : sides) product *= side;
  return product;
}

TensorShape IdxImages::sample_shape() const {
  if (sides.size() == 1) return TensorShape::vector(sides[0]);
  return {sides[0], sides[1], sides.size() == 3 ? sides[2] : 1};
}

IdxImages read_idx_images(const std::string& path) {
  Bytes bytes = read_unpacked(path);
  // The header's fourth byte is the number of dimensions; 3, of images, stands in the message of a
  // file that has none of the numbers allowed.
  const std::size_t named = bytes.size() > 3 ? bytes[3] : 0;
  const std::size_t dimensions = named == 2 || named == 4 ? named : 3;
  const std::vector<std::uint32_t> sizes = parse_header(path, bytes, dimensions);
  IdxImages images;
  images.count = static_cast<int>(sizes[0]);
  std::uint64_t inputs = 1;
  for (std::size_t d = 1; d < sizes.size(); ++d) {
    images.sides.push_back(static_cast<int>(sizes[d]));
    inputs *= sizes[d];
  }
  if (inputs > kMaxLayerWidth) {
    throw UserError(path, std::to_string(inputs) + " values a sample",
                    "must be at most " + std::to_string(kMaxLayerWidth));
  }
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(4 + 4 * dimensions));
  images.pixels = std::move(bytes);
  return images;
}

std::vector<std::uint8_t> read_idx_labels(const std::string& path, int classes) {
  expects(classes >= 1 && classes <= 256, "labels are single bytes");
  Bytes bytes = read_unpacked(path);
  parse_header(path, bytes, 1);
  bytes.erase(bytes.begin(), bytes.begin() + 8);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] >= classes) {
      throw UserError(
          path, std::to_string(bytes[i]),
          "label of sample " + std::to_string(i) + " must be 0 to " + std::to_string(classes - 1));
    }
  }
  return bytes;
}

}  // namespace minerva
