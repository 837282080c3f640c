#include "sweep_plan.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/flow/run_config.hpp"

namespace minerva::flow {
namespace {

constexpr std::size_t kLongestValue = 40;
constexpr std::size_t kLongestName = 200;  // file names end at 255 bytes

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(trimmed(text.substr(begin, end - begin)));
    if (end == text.size()) return parts;
    begin = end + 1;
  }
}

std::string digest(const std::string& text) {
  return sha256(text.data(), text.size()).substr(0, 8);
}

/// A value as a part of a file's name, which may be that of other values, too.
std::string plain(const std::string& value) {
  std::string text;
  for (const char c : value) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '.' || c == '_' || c == '-';
    text += kept ? c : '_';
  }
  return text.empty() ? "empty" : text;
}

/// A part of a file's name for each value. Paths are shown by the stem of their file. Where that
/// is not enough to tell two apart, a digest of the value does.
std::vector<std::string> value_names(const SweptKey& swept) {
  std::vector<std::string> names;
  for (const std::string& value : swept.values) {
    const bool path = value.find('/') != std::string::npos;
    const std::string shown = plain(path ? std::filesystem::path(value).stem().string() : value);
    names.push_back(shown.size() > kLongestValue
                        ? shown.substr(0, kLongestValue) + "-" + digest(value)
                        : shown);
  }
  std::vector<std::string> unique = names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::count(names.begin(), names.end(), names[i]) > 1) {
      unique[i] += "-" + digest(swept.values[i]);
    }
  }
  return unique;
}

}  // namespace

SweptKey parse_over(const std::string& over) {
  const std::size_t equals = over.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UserError("--over", over.empty() ? "(empty)" : over,
                    "needs KEY=VALUE,VALUE.. such as quantize.rounding=half_up,truncate");
  }
  RunConfig config;
  Settings& settings = config.settings();
  // The registry's own words about an unknown key.
  settings.parse_command_line({"--" + over.substr(0, equals) + "=x"});
  const std::string name = over.substr(0, equals);
  SweptKey swept{settings.key_of(name), {}};
  const std::string where = "--over " + name;
  if (!settings.accepts(swept.key)) {
    throw UserError("--over", swept.key, "needs a whole key, section.name");
  }
  const auto idle = settings.keys_without_effect();
  if (std::find(idle.begin(), idle.end(), swept.key) != idle.end()) {
    throw UserError(where, "", "changes no result of a run");
  }
  const std::string text = over.substr(equals + 1);
  const bool semicolons = text.find(';') != std::string::npos;
  for (const SettingInfo& info : settings.table()) {
    if (info.key == swept.key && info.type.rfind("list", 0) == 0 && !semicolons) {
      throw UserError(where, text,
                      "needs semicolons between its values, which are lists: 64,64;128,128 or, "
                      "for one value, 64,64;");
    }
  }
  std::vector<std::string> values = split(text, semicolons ? ';' : ',');
  if (semicolons && values.size() > 1 && values.back().empty()) values.pop_back();
  for (const std::string& value : values) {
    settings.set(name, value, "--over");
    const std::string written = settings.text(swept.key);
    if (std::find(swept.values.begin(), swept.values.end(), written) != swept.values.end()) {
      throw UserError(where, value, "stands twice");
    }
    swept.values.push_back(written);
  }
  return swept;
}

std::vector<Combination> combinations(std::vector<SweptKey> keys) {
  RunConfig config;
  Settings& settings = config.settings();
  for (const SweptKey& swept : keys) {  // those of an open section are there once they have a value
    if (!swept.values.empty()) settings.set(swept.key, swept.values.front(), "--over");
  }
  std::vector<SweptKey> ordered;
  std::size_t count = 1;
  for (const SettingInfo& info : settings.table()) {
    for (SweptKey& swept : keys) {
      if (swept.key != info.key) continue;
      if (!ordered.empty() && ordered.back().key == info.key) {
        throw UserError("--over", info.key, "stands twice on the command line");
      }
      count *= swept.values.size();
      if (count > kMostCombinations) {
        throw UserError("--over", std::to_string(count) + " combinations and more",
                        "needs at most " + std::to_string(kMostCombinations));
      }
      ordered.push_back(std::move(swept));
    }
  }
  expects(ordered.size() == keys.size(), "a sweep over a key that is not registered");
  std::vector<Combination> all = {{}};
  for (const SweptKey& swept : ordered) {
    const std::vector<std::string> names = value_names(swept);
    std::vector<Combination> longer;
    for (const Combination& begun : all) {
      for (std::size_t v = 0; v < swept.values.size(); ++v) {
        Combination next = begun;
        next.name += (next.name.empty() ? "" : "+") + swept.key + "=" + names[v];
        next.values.emplace_back(swept.key, swept.values[v]);
        longer.push_back(std::move(next));
      }
    }
    all = std::move(longer);
  }
  for (Combination& combination : all) {
    if (combination.name.size() > kLongestName) {
      combination.name = combination.name.substr(0, kLongestName) + "-" + digest(combination.name);
    }
  }
  return all;
}

}  // namespace minerva::flow
