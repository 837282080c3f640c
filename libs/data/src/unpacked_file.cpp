#include "minerva/data/unpacked_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"

namespace minerva {
namespace {
using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t kMaxUnpackedBytes = std::size_t{1} << 30;  // a bound on what we unpack
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 22;      // 80 times 20NG's longest document
constexpr unsigned char kFirstPrintable = 0x20;

Bytes read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError(path, "", std::string("cannot be opened: ") + std::strerror(errno));
  Bytes bytes;
  char buffer[1 << 16];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    throw_if_interrupted();
    bytes.insert(bytes.end(), buffer, buffer + file.gcount());
    if (bytes.size() > kMaxUnpackedBytes) throw UserError(path, "", "is longer than 1 GiB");
  }
  if (file.bad()) throw UserError(path, "", "cannot be read to its end, or is a folder");
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
    throw_if_interrupted();
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
}  // namespace

std::vector<std::uint8_t> read_unpacked(const std::string& path) {
  Bytes bytes = read_bytes(path);
  const bool packed = bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
  return packed ? unpack(path, bytes) : bytes;
}

TextLines::TextLines(const std::string& path) : path_(path), bytes_(read_unpacked(path)) {
  constexpr std::uint8_t kByteOrderMark[] = {0xef, 0xbb, 0xbf};
  if (bytes_.size() >= 3 && std::equal(bytes_.begin(), bytes_.begin() + 3, kByteOrderMark)) {
    begin_ = 3;
  }
  const bool utf16 = bytes_.size() >= 2 && ((bytes_[0] == 0xff && bytes_[1] == 0xfe) ||
                                            (bytes_[0] == 0xfe && bytes_[1] == 0xff));
  if (utf16) throw UserError(path, "", "is UTF-16: needs a text in UTF-8");
  // Without any LF, CR ends the lines, as old spreadsheets for the Macintosh write them.
  if (std::find(bytes_.begin(), bytes_.end(), '\n') == bytes_.end()) {
    std::replace(bytes_.begin(), bytes_.end(), std::uint8_t{'\r'}, std::uint8_t{'\n'});
  }
  rewind();
}

void TextLines::rewind() {
  at_ = begin_;
  number_ = 0;
}

std::string TextLines::where() const { return path_ + ":" + std::to_string(number_); }

bool TextLines::next(std::string_view& line) {
  throw_if_interrupted();
  if (at_ == bytes_.size()) return false;
  ++number_;
  const char* text = reinterpret_cast<const char*>(bytes_.data()) + at_;
  const std::size_t left = bytes_.size() - at_;
  const void* end = std::memchr(text, '\n', left);
  const std::size_t length =
      end == nullptr ? left : static_cast<std::size_t>(static_cast<const char*>(end) - text);
  at_ += length + (end == nullptr ? 0 : 1);
  line = {text, length};
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (length > kMaxLineBytes) {
    throw UserError(where(), std::to_string(length) + " bytes",
                    "needs lines of at most " + std::to_string(kMaxLineBytes) + " bytes");
  }
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < kFirstPrintable && c != '\t') {
      throw UserError(where(), "byte " + std::to_string(byte), "needs text: no control characters");
    }
  }
  return true;
}

}  // namespace minerva
