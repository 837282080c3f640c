#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace minerva {

/// The name, without a section, of a line that includes another file.
constexpr const char* kInclude = "include";
/// Larger config files are refused.
constexpr std::size_t kLargestConfigBytes = std::size_t{1} << 20;
/// A longer chain of includes is refused.
constexpr std::size_t kDeepestInclude = 16;
/// More included files in all are refused, those of one path counted each time.
constexpr int kMostIncludes = 1000;

/// One `name = value` of a config text, its section joined to the name by a dot.
struct ConfigEntry {
  std::string key;
  std::string value;
  int line = 0;             ///< 1-based
  std::string origin = {};  ///< "FILE:LINE"
  std::string where = {};   ///< the same, with the lines that included the file, for messages
};

/// Entries in the order of the text, whose lines end with LF, CRLF or CR; a byte order mark of
/// UTF-8 at its begin is left out. Throws UserError naming `file` and line for a line that is
/// neither a section, a comment nor an entry, and for a key given twice. `include`, without a
/// section, may be given more than once.
std::vector<ConfigEntry> parse_config_text(const std::string& text, const std::string& file);

/// The same with every `include = PATH` replaced by the entries of that file, so that what stands
/// below it wins. A path is relative to the folder of the file that includes it. Throws UserError
/// naming the chain of files for a file that cannot be read, one that includes itself, and for
/// more than kDeepestInclude files one in another.
std::vector<ConfigEntry> config_entries(const std::string& text, const std::string& file);

}  // namespace minerva
