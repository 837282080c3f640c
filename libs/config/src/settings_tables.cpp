#include <algorithm>

#include "minerva/config/settings.hpp"

// What the registry says of itself: tables and whole configs.
namespace minerva {
namespace {

std::string markdown_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

}  // namespace

std::string SettingInfo::readers_text() const {
  if (effect == KeyEffect::none) return "none";
  if (effect == KeyEffect::content) return "by content";
  std::string text;
  for (const std::string& stage : readers) text += (text.empty() ? "" : ", ") + stage;
  return text;
}

std::vector<std::string> Settings::keys_read_by(const std::string& stage) const {
  std::vector<std::string> keys;
  for (const Setting& s : settings_) {
    const std::vector<std::string>& readers = s.info.readers;
    if (std::find(readers.begin(), readers.end(), stage) != readers.end()) {
      keys.push_back(s.info.key);
    }
  }
  return keys;
}

std::vector<std::string> Settings::keys_without_effect() const {
  std::vector<std::string> keys;
  for (const Setting& s : settings_) {
    if (s.info.effect == KeyEffect::none) keys.push_back(s.info.key);
  }
  return keys;
}

std::vector<SettingInfo> Settings::table() const {
  std::vector<SettingInfo> rows;
  for (const Setting& s : settings_) rows.push_back(s.info);
  return rows;
}

std::vector<std::string> Settings::sections() const {
  std::vector<std::string> names;
  for (const Setting& s : settings_) {
    const std::string name = s.info.section();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string Settings::resolved() const {
  return config_text([](const Setting&) { return true; },
                     [](const Setting& s) { return s.info.unit; });
}

std::string Settings::resolved_with_origins(Shown shown) const {
  return config_text(
      [shown](const Setting& s) {
        return shown == Shown::every_key || s.text() != s.info.default_text;
      },
      [](const Setting& s) { return s.info.unit + (s.info.unit.empty() ? "" : "; ") + s.origin; });
}

std::string Settings::config_text(const std::function<bool(const Setting&)>& shows,
                                  const std::function<std::string(const Setting&)>& comment) const {
  std::string text;
  for (const std::string& section : sections()) {
    std::string lines;
    for (const Setting& s : settings_) {
      if (s.info.section() != section || !shows(s)) continue;
      if (s.of_open_section && s.text().empty()) continue;
      const std::string behind = comment(s);
      lines += s.info.key.substr(section.size() + 1) + " = " + s.text() +
               (behind.empty() ? "\n" : "  # " + behind + "\n");
    }
    if (lines.empty()) continue;
    text += (text.empty() ? "[" : "\n[") + section + "]\n" + lines;
  }
  return text;
}

std::string Settings::markdown_table() const {
  std::string text =
      "| key | type | default | unit | allowed | meaning | source | read by "
      "|\n|---|---|---|---|---|---|---|---|\n";
  for (const std::string& section : sections()) {
    for (const Setting& s : settings_) {
      const SettingInfo& i = s.info;
      if (i.section() != section) continue;
      text += "| `" + i.key + "` |";
      for (const std::string& cell :
           {i.type, i.default_text, i.unit, i.allowed, i.meaning, i.source, i.readers_text()}) {
        text += " " + markdown_cell(cell) + " |";
      }
      text += "\n";
    }
  }
  return text;
}

}  // namespace minerva
