#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace minerva {

/// The bytes of a file, unpacked when it is compressed by gzip. Throws UserError naming the file
/// when it cannot be read, is truncated or corrupt, has bytes after the gzip data, or is above 1
/// GiB.
std::vector<std::uint8_t> read_unpacked(const std::string& path);

/// Reads the lines of a text file, which may be compressed by gzip. Lines end with LF or CRLF, or
/// all with CR alone, the last end is optional, a byte order mark of UTF-8 is left out, and bytes
/// above 127 stay as they are. Throws UserError naming the file for UTF-16, and file:line for a
/// line above 4 MiB and for control characters, which no text has.
class TextLines {
 public:
  explicit TextLines(const std::string& path);
  /// Goes back to the first line.
  void rewind();
  /// Moves to the next line; false after the last.
  bool next(std::string_view& line);
  std::int64_t number() const { return number_; }  ///< number of the present line, from 1
  /// "file:line" of the present line, for messages.
  std::string where() const;

 private:
  std::string path_;
  std::vector<std::uint8_t> bytes_;
  std::size_t begin_ = 0;  ///< behind a byte order mark
  std::size_t at_ = 0;
  std::int64_t number_ = 0;
};

}  // namespace minerva
