#pragma once
#include <string>
#include <vector>

namespace minerva {

/// One `name = value` of a config text, its section joined to the name by a dot.
struct ConfigEntry {
  std::string key;
  std::string value;
  int line = 0;  ///< 1-based
};

/// Entries in the order of the text. Throws UserError naming `file` and line for a line that is
/// neither a section, a comment nor an entry, and for a key given twice.
std::vector<ConfigEntry> parse_config_text(const std::string& text, const std::string& file);

}  // namespace minerva
