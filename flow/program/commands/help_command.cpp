#include "help_command.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

#include "man_page.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/flow/run_config.hpp"
#include "minerva/run/output.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

constexpr std::size_t kColumns = 100;

/// Words in lines of at most kColumns, all but the first indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t first_column) {
  std::istringstream words(text);
  std::string lines;
  std::string word;
  std::size_t column = first_column;
  while (words >> word) {
    if (column > indent && column + 1 + word.size() > kColumns) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += word.size();
  }
  return lines + "\n";
}

/// "  name     meaning", the meaning in the column `indent`, on a line of its own after a long
/// name.
std::string entry(const std::string& name, const std::string& meaning, std::size_t indent) {
  std::string text = "  " + name;
  if (meaning.empty()) return text + "\n";
  if (text.size() + 2 > indent) {
    text += "\n" + std::string(indent, ' ');
  } else {
    text.resize(indent, ' ');
  }
  return text + wrapped(meaning, indent, indent);
}

std::string argument_text(const Argument& argument) {
  std::string name = argument.name;
  if (argument.most > 1) name += "..";
  return argument.least == 0 ? "[" + name + "]" : name;
}

/// "FILE is a network file."
std::string argument_meaning(const Argument& argument) {
  std::string words;
  for (const std::string& word : argument.words) words += (words.empty() ? ": " : ", ") + word;
  return argument.name + " is " + argument.meaning + words + ".";
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string option_text(const CommandOption& option) {
  return "--" + option.name + (option.value.empty() ? "" : " " + option.value);
}

std::string option_meaning(const CommandOption& option) {
  std::string text = option.meaning;
  if (option.repeats) text += " It may be given more than once.";
  if (!option.words.empty()) {
    std::string all;
    for (const std::string& word : option.words) all += (all.empty() ? "" : ", ") + word;
    text += " It is one of " + all + ".";
  }
  if (!option.default_text.empty()) text += " The default is " + option.default_text + ".";
  return text;
}

/// "16 epochs; 1 to 100000": default with its unit, and what is allowed. Of an empty default, what
/// it stands for.
std::string value_text(const SettingInfo& info) {
  const bool counted = !info.unit.empty() && info.unit != "1";
  if (info.default_text.empty()) {
    const bool said = info.allowed.rfind("empty: ", 0) == 0;
    return (said ? "" : "empty; ") + info.allowed + (counted ? ", in " + info.unit : "");
  }
  return info.default_text + (counted ? " " + info.unit : "") + "; " + info.allowed;
}

std::string key_text(const Settings& settings, const SettingInfo& info) {
  std::string name = "--" + info.key + "=" + upper(info.type);
  for (const std::string& alias : settings.aliases_of(info.key)) name += ", --" + alias;
  return "  " + name + "\n      " + wrapped(value_text(info), 6, 6) + "      " +
         wrapped(info.meaning + (info.source.empty() ? "" : " (" + info.source + ")"), 6, 6);
}

/// The keys that fulfil a condition, by section; the section `first` before the others.
std::string keys_text(const Settings& settings, const std::string& first,
                      const std::function<bool(const SettingInfo&)>& shows) {
  std::vector<std::string> sections = settings.sections();
  std::stable_partition(sections.begin(), sections.end(),
                        [&](const std::string& section) { return section == first; });
  std::string text;
  for (const std::string& section : sections) {
    std::string keys;
    for (const SettingInfo& info : settings.table()) {
      if (info.section() == section && shows(info)) keys += key_text(settings, info);
    }
    if (!keys.empty()) text += "\n[" + section + "]\n" + keys;
  }
  return text;
}

bool holds(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr const char* kOfAKey =
    " each with its default and unit, what is allowed, and its meaning. On the command line a key "
    "is "
    "--KEY=value; in a config file it is NAME = value below [SECTION].";

/// The keys of a command: those that it reads itself, or all.
std::string keys_of(const Command& command, ShownKeys shown) {
  RunConfig config;
  Settings& settings = config.settings();
  const auto is_shown = [&](const SettingInfo& info) {
    return shown == ShownKeys::all ? holds(command.sections, info.section())
                                   : is_own_key(command, info);
  };
  std::string text =
      "\n" +
      wrapped((shown == ShownKeys::all ? "These are all keys of a config that the command reads,"
                                       : "These are the keys of a config that the command itself "
                                         "reads,") +
                  std::string(kOfAKey),
              0, 0) +
      keys_text(settings, command.name, is_shown);
  std::string others;
  for (const std::string& section : settings.sections()) {
    if (!holds(command.sections, section)) continue;
    int count = 0;
    for (const SettingInfo& info : settings.table()) {
      count += info.section() == section && !is_shown(info) ? 1 : 0;
    }
    if (count == 0) continue;
    others += (others.empty() ? "" : ", ") + ("[" + section + "] " + std::to_string(count));
  }
  if (others.empty()) return text;
  return text + "\n" +
         wrapped("The command also takes keys of the data and of other stages: " + others +
                     ". minerva help " + command.name +
                     " --all-keys shows them all, minerva help --section " +
                     command.sections.back() + " those of one section.",
                 0, 0);
}

}  // namespace

bool is_own_key(const Command& command, const SettingInfo& info) {
  return holds(command.sections, info.section()) &&
         (holds(info.readers, command.name) || holds(command.own_keys, info.key) ||
          holds(command.own_keys, info.section()));
}

std::vector<std::string> sections_of_a_config() {
  RunConfig config;
  Settings& settings = config.settings();
  return settings.sections();
}

std::string section_text(const std::string& section) {
  RunConfig config;
  Settings& settings = config.settings();
  return wrapped("These are the keys of section [" + section + "]," + kOfAKey, 0, 0) +
         keys_text(settings, section,
                   [&](const SettingInfo& info) { return info.section() == section; });
}

std::string usage_text() {
  std::string text = "minerva " + program_version() +
                     ": from a data set to a low-power neural-network accelerator\n\n"
                     "usage: minerva COMMAND [ARGUMENTS] [--section.key=value ..] [OPTIONS]\n";
  for (const auto& [group, heading] : command_groups()) {
    text += "\n" + heading + "\n";
    for (const Command& command : commands()) {
      if (command.group == group) text += entry(command.name, command.purpose, 16);
    }
  }
  text += "\noptions of every command\n";
  for (const CommandOption& option : options_of_all()) {
    text += entry(option_text(option), option_meaning(option), 21);
  }
  text += entry("--version", "The version is printed; there is no command then.", 21);
  text += "\n" + wrapped(
                     "A config file has [section] lines and key = value lines; the command "
                     "line wins. A run directory in its place, or --out without CONFIG, "
                     "stands for the config of that run. minerva help COMMAND shows the keys that "
                     "a command reads itself, minerva help COMMAND --all-keys all that it takes, "
                     "minerva help --section SECTION those of a section, and minerva keys all of "
                     "them as a table.",
                     0, 0);
  text += "\nexit codes\n";
  for (const ExitCode& code : exit_codes()) {
    text += entry(std::to_string(code.code), code.meaning, 7);
  }
  return text;
}

std::string help_text(const Command& command, ShownKeys shown) {
  std::string text = wrapped("minerva " + command.name + ": " + command.purpose, 0, 0) +
                     "\nusage: minerva " + command.name;
  for (const Argument& argument : command.arguments) text += " " + argument_text(argument);
  if (!command.sections.empty()) text += " [--section.key=value ..]";
  text += " [OPTIONS]\n";
  if (!command.details.empty()) text += "\n" + wrapped(command.details, 0, 0);
  if (!command.arguments.empty()) text += "\narguments\n";
  for (const Argument& argument : command.arguments) {
    text += entry(argument_text(argument), argument_meaning(argument), 16);
  }
  text += "\noptions\n";
  for (const auto* options : {&command.options, &options_of_all()}) {
    for (const CommandOption& option : *options) {
      text += entry(option_text(option), option_meaning(option), 21);
    }
  }
  if (!command.sections.empty()) text += keys_of(command, shown);
  if (!command.examples.empty()) text += "\nexamples\n";
  for (const Example& example : command.examples) {
    text += "  " + example.line + "\n";
    if (!example.meaning.empty()) text += "      " + wrapped(example.meaning, 6, 6);
  }
  text += "\nexit codes\n";
  for (const ExitCode& code : exit_codes()) {
    text += entry(std::to_string(code.code), code.meaning, 7);
  }
  return text;
}

int help_command(const CommandCall& call) {
  const std::vector<std::string> words = parse_arguments(call);
  for (const char* option : {"man", "section"}) {
    if (call.has(option) && (!words.empty() || call.has("all-keys"))) {
      throw UserError(std::string("--") + option, words.empty() ? "--all-keys" : words.front(),
                      "stands alone; it takes neither a command nor --all-keys");
    }
  }
  if (call.has("man")) {
    print_always(man_page());
  } else if (call.has("section")) {
    print_always(section_text(call.value("section")));
  } else if (!words.empty()) {
    print_always(help_text(command_named(words.front()),
                           call.has("all-keys") ? ShownKeys::all : ShownKeys::own));
  } else if (call.has("all-keys")) {
    throw UserError("--all-keys", "", "needs a command: minerva help COMMAND --all-keys");
  } else {
    print_always(usage_text());
  }
  return 0;
}

}  // namespace minerva::flow
