#include "vcd_file.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace minerva::test {
namespace {

/// A value as wide as its signal: 0 and 1 are extended by 0, x and z by themselves.
std::string widened(std::string value, int bits) {
  for (char& c : value) {
    if (c == 'X' || c == 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const char fill = value.front() == 'x' || value.front() == 'z' ? value.front() : '0';
  const auto width = static_cast<std::size_t>(bits);
  return value.size() < width ? std::string(width - value.size(), fill) + value : value;
}

}  // namespace

std::string VcdFile::Signal::at(std::int64_t time) const {
  const auto after = std::upper_bound(times.begin(), times.end(), time);
  if (after == times.begin()) return std::string(static_cast<std::size_t>(bits), 'x');
  return values[static_cast<std::size_t>(after - times.begin() - 1)];
}

VcdFile::VcdFile(const std::string& text, const std::string& top) {
  std::istringstream in(text);
  std::vector<std::string> scopes;
  std::map<std::string, std::vector<std::string>> names;  // of each code
  std::int64_t time = 0;
  std::string word;
  const auto to_end = [&] {
    while (word != "$end" && in >> word) {
    }
  };
  const auto change = [&](const std::string& value, const std::string& code) {
    for (const std::string& name : names[code]) {
      Signal& signal = signals_.at(name);
      const std::string wide = widened(value, signal.bits);
      if (!signal.times.empty() && signal.times.back() == time) {
        signal.values.back() = wide;
      } else {
        signal.times.push_back(time);
        signal.values.push_back(wide);
      }
    }
  };
  while (in >> word) {
    if (word == "$scope") {
      std::string name;
      in >> word >> name;
      scopes.push_back(name);
      to_end();
    } else if (word == "$upscope") {
      scopes.pop_back();
      to_end();
    } else if (word == "$var") {
      std::string kind, code, name;
      int bits = 0;
      in >> kind >> bits >> code >> name;
      to_end();
      const auto inside = std::find(scopes.begin(), scopes.end(), top);
      if (inside == scopes.end()) continue;
      std::string path;
      for (auto scope = inside + 1; scope != scopes.end(); ++scope) path += *scope + ".";
      // SystemC writes the range behind the name.
      path += name.substr(0, name.find('['));
      names[code].push_back(path);
      signals_[path].bits = bits;
    } else if (word == "$date" || word == "$version" || word == "$timescale" ||
               word == "$comment" || word == "$enddefinitions") {
      to_end();
    } else if (word.front() == '#') {
      time = std::stoll(word.substr(1));
    } else if (word.front() == 'b' || word.front() == 'B') {
      std::string code;
      in >> code;
      change(word.substr(1), code);
    } else if (std::string("01xzXZ").find(word.front()) != std::string::npos) {
      change(word.substr(0, 1), word.substr(1));
    } else if (word.front() != '$') {
      throw std::runtime_error("not a file of value changes: " + word);
    }
  }
}

std::vector<std::int64_t> VcdFile::rising_edges(const std::string& name) const {
  const Signal& signal = signals_.at(name);
  std::vector<std::int64_t> edges;
  for (std::size_t k = 0; k < signal.times.size(); ++k) {
    const bool was_low = k == 0 || signal.values[k - 1] != "1";
    if (signal.values[k] == "1" && was_low) edges.push_back(signal.times[k]);
  }
  return edges;
}

}  // namespace minerva::test
