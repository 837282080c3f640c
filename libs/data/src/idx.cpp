#include "minerva/data/idx.hpp"

#include <zlib.h>

#include <fstream>
#include <limits>

#include "minerva/core/errors.hpp"

namespace minerva {
namespace {
using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t kMaxUnpackedBytes = std::size_t{1} << 30;  // a bound on what we unpack
constexpr std::uint32_t kMaxSide = 1024;

Bytes read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError(path, "", "cannot be opened");
  Bytes bytes;
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    bytes.insert(bytes.end(), buffer, buffer + file.gcount());
    if (bytes.size() > kMaxUnpackedBytes) throw UserError(path, "", "is longer than 1 GiB");
  }
  if (file.bad()) throw UserError(path, "", "cannot be read to its end");
  return bytes;
}

/// Ends zlib's state on every way out.
struct Inflation {
  z_stream stream{};
  explicit Inflation(const std::string& path) {
    // 16: a gzip header and checksum, and nothing else, must be there.
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
      throw UserError(path, "", "cannot be unpacked: out of memory");
    }
  }
  ~Inflation() { inflateEnd(&stream); }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;
};

Bytes unpack(const std::string& path, Bytes& packed) {
  Inflation inflation(path);
  z_stream& stream = inflation.stream;
  stream.next_in = packed.data();
  stream.avail_in = static_cast<uInt>(packed.size());
  Bytes bytes;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t filled = bytes.size();
    if (filled > kMaxUnpackedBytes) throw UserError(path, "", "unpacks to more than 1 GiB");
    bytes.resize(filled + (std::size_t{1} << 20));
    stream.next_out = bytes.data() + filled;
    stream.avail_out = static_cast<uInt>(bytes.size() - filled);
    status = inflate(&stream, Z_NO_FLUSH);
    bytes.resize(bytes.size() - stream.avail_out);
  }
  if (status == Z_BUF_ERROR) throw UserError(path, "", "is truncated inside of the gzip data");
  if (status != Z_STREAM_END) {
    throw UserError(path, "",
                    std::string("is corrupt gzip data: ") +
                        (stream.msg != nullptr ? stream.msg : "cannot be unpacked"));
  }
  if (stream.avail_in > 0) {
    throw UserError(path, std::to_string(stream.avail_in) + " bytes",
                    "follow the end of the gzip data, where nothing may follow");
  }
  return bytes;
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
  const std::uint32_t expected = 0x800 + static_cast<std::uint32_t>(dimensions);
  if (word(0) != expected) {
    throw UserError(path, std::to_string(word(0)),
                    "magic number must be " + std::to_string(expected) + " (IDX, unsigned bytes, " +
                        std::to_string(dimensions) +
                        (dimensions == 1 ? " dimension)" : " dimensions)"));
  }
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

Bytes read_unpacked(const std::string& path) {
  Bytes bytes = read_bytes(path);
  const bool packed = bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
  return packed ? unpack(path, bytes) : bytes;
}
}  // namespace

IdxImages read_idx_images(const std::string& path) {
  Bytes bytes = read_unpacked(path);
  const std::vector<std::uint32_t> sizes = parse_header(path, bytes, 3);
  bytes.erase(bytes.begin(), bytes.begin() + 16);
  return {static_cast<int>(sizes[0]), static_cast<int>(sizes[1]), static_cast<int>(sizes[2]),
          std::move(bytes)};
}

std::vector<std::uint8_t> read_idx_labels(const std::string& path, int classes) {
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
