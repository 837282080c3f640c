#include "minerva/config/settings.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <memory>
#include <set>
#include <utility>

#include "minerva/base/text.hpp"
#include "minerva/config/config_text.hpp"
#include "minerva/config/suggestions.hpp"
#include "minerva/files/atomic_file.hpp"

namespace minerva {
void Settings::insert(SettingInfo info, std::function<std::string()> text,
                      std::function<void(const std::string&, const std::string&)> set) {
  const std::size_t dot = info.key.find('.');
  expects(dot != std::string::npos && dot > 0 && dot + 1 < info.key.size(),
          "a setting's key needs the form section.name");
  expects(!has(info.key), "a setting is registered twice");
  info.default_text = text();
  // A default outside its own range would make the resolved config unreadable.
  set(info.default_text, info.key);
  index_[info.key] = settings_.size();
  settings_.push_back({std::move(info), std::move(text), std::move(set)});
}

void Settings::alias(const std::string& option, const std::string& key) {
  expects(has(key) && !has(option), "an alias needs a known key and a name of its own");
  aliases_[option] = key;
}

std::vector<std::string> Settings::aliases_of(const std::string& key) const {
  std::vector<std::string> names;
  for (const auto& [option, aliased] : aliases_) {
    if (aliased == key) names.push_back(option);
  }
  return names;
}

void Settings::reject_unknown(const std::string& where, const std::string& key,
                              const std::vector<std::string>& other_words) const {
  if (const auto old = renamed_.find(key); old != renamed_.end()) {
    throw UserError(where, "",
                    "is called " + old->second +
                        " now; a config with the new name runs, and a run directory of an earlier "
                        "version needs to be run again in a new folder (--out)");
  }
  // What may have been meant: as it would be spelt here, and as it is shown. A name without its
  // section is a likely slip.
  const bool whole_key = key.find('.') != std::string::npos;
  std::vector<std::pair<std::string, std::string>> meant;
  for (const Setting& s : settings_) {
    const std::string& known = s.info.key;
    meant.emplace_back(whole_key ? known : known.substr(known.find('.') + 1), known);
  }
  if (where == "--" + key) {
    for (const auto& [option, aliased] : aliases_) meant.emplace_back(option, "--" + option);
    for (const std::string& word : other_words) meant.emplace_back(word, "--" + word);
  }
  const auto add_name = [&](const std::string& name) {
    meant.emplace_back(whole_key ? name : name.substr(name.find('.') + 1), name);
  };
  for (const auto& [name, unit] : other_units_) add_name(name);
  for (const auto& [section, open] : open_sections_) {
    for (const std::string& name : open.names) add_name(section + "." + name);
  }
  std::vector<std::string> spellings;
  for (const auto& [spelling, shown] : meant) spellings.push_back(spelling);
  std::vector<std::string> nearest;
  for (const std::string& near : nearest_words(key, spellings)) {
    for (const auto& [spelling, shown] : meant) {
      if (spelling == near) nearest.push_back(shown);
    }
  }
  const std::string known =
      settings_.empty() ? "" : "; known sections: " + joined(sections(), ", ");
  throw UserError(where, "", "unknown key" + (nearest.empty() ? known : did_you_mean(nearest)));
}

const Settings::Setting& Settings::setting(const std::string& key) const {
  const auto found = index_.find(key);
  expects(found != index_.end(), "no such setting");
  return settings_[found->second];
}

std::string Settings::text(const std::string& key) const { return setting(key).text(); }

void Settings::read_config_file(const std::string& path) {
  read_config_text(read_file(path, kLargestConfigBytes), path);
}

void Settings::read_config_text(const std::string& text, const std::string& file) {
  std::map<std::string, ConfigEntry> given;  // by file and key: one unit of each
  for (const ConfigEntry& entry : config_entries(text, file)) {
    const std::string where = entry.where + ": " + entry.key;
    const std::string in_file = entry.origin.substr(0, entry.origin.rfind(':'));
    const auto [first, fresh] = given.emplace(in_file + "\n" + key_of(entry.key), entry);
    if (!fresh && first->second.key != entry.key) {
      throw UserError(where, entry.value,
                      "stands beside " + first->second.key + " in line " +
                          std::to_string(first->second.line) + ": needs one of the two");
    }
    if (!accepts(entry.key)) {
      const std::size_t dot = entry.key.find('.');
      if (dot != std::string::npos && entry.key.substr(dot + 1) == kInclude) {
        throw UserError(where, entry.value, "needs to stand before the first [section]");
      }
      reject_unknown(where, entry.key, {});
    }
    change(entry.key, entry.value, where, entry.origin);
  }
}

void Settings::change(const std::string& name, const std::string& text, const std::string& where,
                      const std::string& origin) {
  const auto unit = other_units_.find(name);
  const std::string value = unit == other_units_.end() ? text : unit->second.translate(text, where);
  const std::string& key = key_of(name);
  if (!has(key)) {
    const OpenSection* open = open_section_of(key);
    expects(open != nullptr, "no such setting");
    insert_of_open_section(key, *open);
  }
  Setting& s = settings_[index_.at(key)];
  s.set(value, where);
  s.origin = origin;
}

void Settings::other_unit(
    const std::string& name, const std::string& key,
    std::function<std::string(const std::string&, const std::string&)> translate) {
  expects(has(key) && !has(name), "another unit needs a known key and a name of its own");
  other_units_[name] = {key, std::move(translate)};
}

const std::string& Settings::key_of(const std::string& name) const {
  const auto unit = other_units_.find(name);
  return unit == other_units_.end() ? name : unit->second.key;
}

void Settings::open_section(OpenSection section) {
  const std::string name = section.info.key;
  open_sections_[name] = std::move(section);
}

const Settings::OpenSection* Settings::open_section_of(const std::string& key) const {
  const std::size_t dot = key.find('.');
  if (dot == std::string::npos) return nullptr;
  const auto open = open_sections_.find(key.substr(0, dot));
  if (open == open_sections_.end()) return nullptr;
  const std::string name = key.substr(dot + 1, key.find('[') - dot - 1);
  const std::vector<std::string>& names = open->second.names;
  return std::find(names.begin(), names.end(), name) == names.end() ? nullptr : &open->second;
}

bool Settings::accepts(const std::string& key) const {
  return has(key_of(key)) || open_section_of(key) != nullptr;
}

void Settings::insert_of_open_section(const std::string& key, const OpenSection& section) {
  SettingInfo info = section.info;
  const std::string name = key.substr(info.key.size() + 1);
  info.key = key;
  const auto value = std::make_shared<std::string>();
  insert(
      std::move(info), [value] { return *value; },
      [value, name, set = section.set](const std::string& text, const std::string& where) {
        set(name, text, where);
        *value = text;
      });
  settings_.back().of_open_section = true;
}

void Settings::rename(const std::string& old_key, const std::string& key) {
  expects(has(key) && !has(old_key), "a renamed key is registered under its new name");
  renamed_[old_key] = key;
}

void Settings::set(const std::string& key, const std::string& text, const std::string& origin) {
  change(key, text, origin + ": " + key, origin);
}

const std::string& Settings::origin(const std::string& key) const { return setting(key).origin; }

Settings::CommandLine Settings::parse_command_line(
    const std::vector<std::string>& arguments,
    const std::vector<std::string>& other_options) const {
  namespace po = boost::program_options;
  using po::command_line_style::allow_long;
  using po::command_line_style::long_allow_adjacent;
  using po::command_line_style::long_allow_next;
  po::options_description known;
  const auto declare = [&](const std::string& name) {
    known.add_options()(name.c_str(), po::value<std::string>());
  };
  for (const Setting& s : settings_) declare(s.info.key);
  for (const auto& [option, key] : aliases_) declare(option);
  for (const auto& [name, unit] : other_units_) declare(name);
  std::set<std::string> of_open_sections;
  for (const std::string& word : arguments) {
    if (word.compare(0, 2, "--") != 0) continue;
    const std::string name = word.substr(2, word.find('=') - 2);
    if (!has(name) && open_section_of(name) != nullptr) of_open_sections.insert(name);
  }
  for (const std::string& name : of_open_sections) declare(name);
  CommandLine result;
  std::map<std::string, std::string> given;  // key, and the name that it was given by
  const auto take = [&](const std::string& option, const std::string& value) {
    const auto alias = aliases_.find(option);
    const std::string key = alias != aliases_.end() ? alias->second : option;
    const auto [first, fresh] = given.emplace(key_of(key), key);
    if (!fresh && first->second == key) {
      throw UserError("--" + key, value, "stands twice on the command line");
    }
    if (!fresh) {
      throw UserError("--" + key, value,
                      "stands beside --" + first->second + ": needs one of the two");
    }
    result.options.emplace_back(key, value);
  };
  // "--key=" empties a list or a path, but Boost takes an empty adjacent value for a missing one: a
  // word that no argument can hold stands for it on the way through.
  const std::string empty_value(1, '\0');
  std::vector<std::string> words = arguments;
  for (std::string& word : words) {
    if (word.size() > 3 && word.compare(0, 2, "--") == 0 && word.find('=') + 1 == word.size()) {
      word += empty_value;
    }
  }
  po::parsed_options parsed(nullptr);
  try {
    parsed = po::command_line_parser(words)
                 .options(known)
                 .style(allow_long | long_allow_adjacent | long_allow_next)
                 .allow_unregistered()
                 .run();
  } catch (const po::error_with_option_name& error) {
    throw UserError(error.get_option_name(), "", "needs a value");
  } catch (const po::error& error) {
    throw UserError("command line", "", error.what());
  }
  for (const po::option& option : parsed.options) {
    if (option.unregistered) {
      reject_unknown("--" + option.string_key, option.string_key, other_options);
    }
    if (option.string_key.empty()) {
      const std::string& word = option.value.at(0);
      if (word.size() > 1 && word[0] == '-') {
        throw UserError(word, "", "unknown option; options are --section.name=value");
      }
      result.positional.push_back(word);
      continue;
    }
    const std::string& value = option.value.at(0);
    take(option.string_key, value == empty_value ? "" : value);
  }
  return result;
}

void Settings::apply(const CommandLine& command_line) {
  for (const auto& [key, value] : command_line.options) {
    change(key, value, "--" + key, kCommandLine);
  }
}

}  // namespace minerva
