#include "config_text.hpp"

#include <boost/program_options.hpp>
#include <map>
#include <sstream>

#include "minerva/core/errors.hpp"

namespace minerva {
namespace {

std::string line_name(const std::string& file, int line) {
  return file + ":" + std::to_string(line);
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

}  // namespace

std::vector<ConfigEntry> parse_config_text(const std::string& text, const std::string& file) {
  namespace po = boost::program_options;
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
    if (!fresh) {
      throw UserError(line_name(file, lines[i]) + ": " + option.string_key, option.value.at(0),
                      "stands already in line " + std::to_string(first->second));
    }
    entries.push_back({option.string_key, option.value.at(0), lines[i]});
  }
  return entries;
}

}  // namespace minerva
