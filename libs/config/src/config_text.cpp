#include "minerva/config/config_text.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <filesystem>
#include <map>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/files/atomic_file.hpp"

namespace minerva {
namespace {

std::string line_name(const std::string& file, int line) {
  return file + ":" + std::to_string(line);
}

/// The text with LF at the end of each line: CR alone ends lines, too, or a whole file of old
/// editors would be one comment. A byte order mark of UTF-8 at the begin is left out; it has no
/// meaning elsewhere, and nobody sees it.
std::string plain_lines(const std::string& text, const std::string& file) {
  const std::string mark = "\xef\xbb\xbf";
  const std::string start = text.substr(0, 2);
  if (start == "\xff\xfe" || start == "\xfe\xff") {
    throw UserError(file, "", "is UTF-16: needs a text in UTF-8");
  }
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = text.rfind(mark, 0) == 0 ? mark.size() : 0; i < text.size(); ++i) {
    const bool alone = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    plain += alone ? '\n' : text[i];
  }
  const std::size_t inside = plain.find(mark);
  if (inside != std::string::npos) {
    const auto line =
        std::count(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(inside), '\n');
    throw UserError(line_name(file, static_cast<int>(line) + 1), "byte order mark (EF BB BF)",
                    "needs to stand at the begin of the file alone, where it is left out");
  }
  return plain;
}

/// Numbers of the lines that hold an entry. The parser of Boost keeps entries in order but not
/// their lines, so they are found by its own rules: comments and blanks removed, sections skipped.
std::vector<int> entry_lines(const std::string& text, const std::string& file) {
  std::vector<int> lines;
  std::istringstream stream(text);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    line = line.substr(0, line.find('#'));
    const std::size_t first = line.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) continue;
    line = line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1);
    if (line.front() == '[' && line.back() == ']') continue;
    if (line.find('=') == std::string::npos) {
      throw UserError(line_name(file, number), line, "needs [section], name = value or # comment");
    }
    lines.push_back(number);
  }
  return lines;
}

/// A file that is being read, and the line of its include that is being followed.
struct Including {
  std::string file;
  int line;
};

/// ", included by a.cfg:3, included by b.cfg:1" of all but the last file.
std::string included_by(const std::vector<Including>& chain) {
  std::string text;
  for (auto above = chain.rbegin() + 1; above != chain.rend(); ++above) {
    text += ", included by " + line_name(above->file, above->line);
  }
  return text;
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored);
}

/// A path relative to the folder of a file, without detours where that leads to the same place.
std::string path_beside(const std::string& file, const std::string& relative) {
  const std::filesystem::path path = std::filesystem::path(file).parent_path() / relative;
  const std::string direct = path.lexically_normal().string();
  return same_file(path.string(), direct) ? direct : path.string();
}

void append_entries(const std::string& text, std::vector<Including>& chain,
                    std::vector<ConfigEntry>& entries, int& files);

/// Follows the include that the last file of the chain has in its line; `files` counts them.
void append_included(const ConfigEntry& include, std::vector<Including>& chain,
                     std::vector<ConfigEntry>& entries, int& files) {
  const std::string where = include.where + ": " + kInclude;
  if (include.value.empty()) throw UserError(where, "(empty)", "needs the path of a config file");
  const std::string path = path_beside(chain.back().file, include.value);
  for (const Including& above : chain) {
    if (same_file(above.file, path)) {
      throw UserError(where, include.value, "this file is being read already: it includes itself");
    }
  }
  if (chain.size() > kDeepestInclude) {
    throw UserError(where, include.value,
                    "needs at most " + std::to_string(kDeepestInclude) + " files one in another");
  }
  if (++files > kMostIncludes) {
    throw UserError(where, include.value,
                    "needs at most " + std::to_string(kMostIncludes) + " files in all");
  }
  std::string text;
  try {
    text = read_file(path, kLargestConfigBytes);
  } catch (const UserError& error) {
    throw UserError(where, include.value, error.what());
  }
  chain.push_back({path, 0});
  append_entries(text, chain, entries, files);
  chain.pop_back();
}

void append_entries(const std::string& text, std::vector<Including>& chain,
                    std::vector<ConfigEntry>& entries, int& files) {
  for (ConfigEntry& entry : parse_config_text(text, chain.back().file)) {
    entry.where += included_by(chain);
    if (entry.key == kInclude) {
      chain.back().line = entry.line;
      append_included(entry, chain, entries, files);
    } else {
      entries.push_back(std::move(entry));
    }
  }
}

}  // namespace

std::vector<ConfigEntry> parse_config_text(const std::string& written, const std::string& file) {
  namespace po = boost::program_options;
  const std::string text = plain_lines(written, file);
  const std::vector<int> lines = entry_lines(text, file);
  std::istringstream stream(text);
  po::parsed_options parsed(nullptr);
  try {
    parsed = po::parse_config_file(stream, po::options_description(), true);
  } catch (const po::error& error) {
    throw UserError(file, "", error.what());
  }
  expects(parsed.options.size() == lines.size(), "config entries and their lines differ in number");
  std::vector<ConfigEntry> entries;
  std::map<std::string, int> first_line;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const po::option& option = parsed.options[i];
    const auto [first, fresh] = first_line.emplace(option.string_key, lines[i]);
    if (!fresh && option.string_key != kInclude) {
      throw UserError(line_name(file, lines[i]) + ": " + option.string_key, option.value.at(0),
                      "stands already in line " + std::to_string(first->second));
    }
    const std::string name = line_name(file, lines[i]);
    entries.push_back({option.string_key, option.value.at(0), lines[i], name, name});
  }
  return entries;
}

std::vector<ConfigEntry> config_entries(const std::string& text, const std::string& file) {
  std::vector<ConfigEntry> entries;
  std::vector<Including> chain = {{file, 0}};
  int files = 0;
  append_entries(text, chain, entries, files);
  return entries;
}

}  // namespace minerva
