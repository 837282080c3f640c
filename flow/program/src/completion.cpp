#include "completion.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "command.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/flow/run_config.hpp"

namespace minerva::flow {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

bool begins(const std::string& word, const std::string& with) {
  return word.compare(0, with.size(), with) == 0;
}

/// Folders, and files of an ending where `ending` is not empty; `text` is what was typed.
Words paths(const std::string& text, bool files, const std::string& ending) {
  const std::size_t slash = text.rfind('/');
  const std::string typed = slash == std::string::npos ? "" : text.substr(0, slash + 1);
  std::string folder = typed.empty() ? "." : typed;
  if (begins(folder, "~/")) {
    const char* home = std::getenv("HOME");
    folder = (home != nullptr ? home : "~") + folder.substr(1);
  }
  Words found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const bool hidden = name.front() == '.' && (text.empty() || text[typed.size()] != '.');
    std::error_code ignored;
    if (hidden) continue;
    if (entry->is_directory(ignored)) {
      found.push_back(typed + name + "/");
    } else if (files && (ending.empty() || entry->path().extension() == ending)) {
      found.push_back(typed + name);
    }
  }
  return found;
}

/// The completer of one command line.
class Completer {
 public:
  explicit Completer(const Command& command) : command_(command) {}

  Words options() const {
    Words all;
    for (const auto* list : {&command_.options, &options_of_all()}) {
      for (const CommandOption& option : *list) all.push_back("--" + option.name);
    }
    for (const SettingInfo& info : settings_.table()) {
      if (!reads(info.key)) continue;
      all.push_back("--" + info.key + "=");
      for (const std::string& alias : settings_.aliases_of(info.key)) all.push_back("--" + alias);
    }
    return all;
  }

  /// Values of an option or key by its name; `known` says whether there is one that takes a value.
  Words values(const std::string& name, const std::string& text, bool& known) const {
    known = true;
    for (const auto* list : {&command_.options, &options_of_all()}) {
      for (const CommandOption& option : *list) {
        if (option.name != name) continue;
        known = !option.value.empty();
        return known ? of(option.names, option.words, text) : Words();
      }
    }
    for (const SettingInfo& info : settings_.table()) {
      const Words aliases = settings_.aliases_of(info.key);
      const bool alias = std::find(aliases.begin(), aliases.end(), name) != aliases.end();
      if (info.key == name || alias) return of_key(info, text);
    }
    known = false;
    return {};
  }

  Words argument(std::size_t position, const std::string& text) const {
    std::size_t first = 0;
    for (const Argument& argument : command_.arguments) {
      first += static_cast<std::size_t>(argument.most);
      if (position < first) return of(argument.names, argument.words, text);
    }
    return {};
  }

 private:
  bool reads(const std::string& key) const {
    const std::string section = key.substr(0, key.find('.'));
    const auto& sections = command_.sections;
    return std::find(sections.begin(), sections.end(), section) != sections.end();
  }

  Words of_key(const SettingInfo& info, const std::string& text) const {
    if (!info.words.empty()) return info.words;
    if (info.type != "text") return {};
    return info.key == "run.out" || info.key == "data.dir" ? paths(text, false, "")
                                                           : paths(text, true, "");
  }

  Words of(Names names, const Words& words, const std::string& text) const {
    switch (names) {
      case Names::config:
      case Names::technology:
        return paths(text, true, ".cfg");
      case Names::data_set: {
        Words all = data_set_names();
        for (std::string& path : paths(text, true, ".cfg")) all.push_back(std::move(path));
        return all;
      }
      case Names::run_directory:
      case Names::folder:
        return paths(text, false, "");
      case Names::file:
        return paths(text, true, "");
      case Names::key_of_a_config:
        return swept(text);
      case Names::one_of_the_words:
        return words;
      case Names::text:
        break;
    }
    return {};
  }

  /// KEY=, and behind it the last of several values.
  Words swept(const std::string& text) const {
    Words all;
    const std::size_t equals = text.find('=');
    for (const SettingInfo& info : settings_.table()) {
      if (!reads(info.key)) continue;
      if (equals == std::string::npos) {
        all.push_back(info.key + "=");
      } else if (text.compare(0, equals, info.key) == 0) {
        const std::size_t last = std::max(equals, text.find_last_of(",;=")) + 1;
        for (const std::string& value : of_key(info, text.substr(last))) {
          all.push_back(text.substr(0, last) + value);
        }
      }
    }
    return all;
  }

  const Command& command_;
  RunConfig config_;
  const Settings& settings_ = config_.settings();
};

/// Before they are held against what was typed.
Words candidates(const Words& words) {
  const std::string& last = words.back();
  if (words.size() == 1) {
    Words all = {"--help", "--version"};
    for (const Command& command : commands()) all.push_back(command.name);
    return all;
  }
  const auto command = std::find_if(commands().begin(), commands().end(),
                                    [&](const Command& c) { return c.name == words.front(); });
  if (command == commands().end()) return {};
  const Completer completer(*command);
  const std::size_t equals = last.find('=');
  bool known = false;
  if (begins(last, "--") && equals != std::string::npos) {
    Words all = completer.values(last.substr(2, equals - 2), last.substr(equals + 1), known);
    for (std::string& value : all) value = last.substr(0, equals + 1) + value;
    return all;
  }
  if (begins(last, "-")) return completer.options();
  // Arguments before this one; a word behind an option that takes a value is none.
  std::size_t position = 0;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (!begins(words[i], "--")) {
      ++position;
      continue;
    }
    if (words[i].find('=') != std::string::npos) continue;
    const bool is_last = i + 2 == words.size();
    Words values = completer.values(words[i].substr(2), is_last ? last : "", known);
    if (known && is_last) return values;
    if (known) ++i;
  }
  return completer.argument(position, last);
}

}  // namespace

std::vector<std::string> completions(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  Words fitting;
  for (std::string& word : candidates(words)) {
    const bool one_line = word.find('\n') == std::string::npos;
    if (begins(word, words.back()) && one_line) fitting.push_back(std::move(word));
  }
  std::sort(fitting.begin(), fitting.end());
  return fitting;
}

}  // namespace minerva::flow
