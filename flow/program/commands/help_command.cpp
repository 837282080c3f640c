#include "help_command.hpp"

#include <algorithm>
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
  if (option.repeats) text += "; may be given more than once";
  if (!option.words.empty()) {
    std::string all;
    for (const std::string& word : option.words) all += (all.empty() ? "" : ", ") + word;
    text += "; one of " + all;
  }
  if (!option.default_text.empty()) text += "; default " + option.default_text;
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

std::string keys_text(const Settings& settings, const std::string& section) {
  std::string text;
  for (const SettingInfo& info : settings.table()) {
    if (info.key.compare(0, section.size() + 1, section + ".") != 0) continue;
    std::string name = "--" + info.key + "=" + upper(info.type);
    for (const std::string& alias : settings.aliases_of(info.key)) name += ", --" + alias;
    text += "  " + name + "\n      " + wrapped(value_text(info), 6, 6) + "      " +
            wrapped(info.meaning + (info.source.empty() ? "" : " (" + info.source + ")"), 6, 6);
  }
  return text;
}

}  // namespace

std::string usage_text() {
  std::string text = "minerva " + program_version() +
                     ": from a data set to a low-power neural-network accelerator\n\n"
                     "usage: minerva COMMAND [ARGUMENTS] [--section.key=value ..] [OPTIONS]\n\n"
                     "commands\n";
  for (const Command& command : commands()) text += entry(command.name, command.purpose, 14);
  text += "\noptions of every command\n";
  for (const CommandOption& option : options_of_all()) {
    text += entry(option_text(option), option_meaning(option), 21);
  }
  text += "  --version          the version, instead of a command\n";
  text += "\n" + wrapped(
                     "A config file has [section] lines and key = value lines; the command "
                     "line wins. A run directory in its place, or --out without CONFIG, "
                     "stands for the config kept there. minerva COMMAND --help lists the keys "
                     "a command reads, minerva keys all of them.",
                     0, 0);
  text += "\nexit codes\n";
  for (const ExitCode& code : exit_codes()) {
    text += entry(std::to_string(code.code), code.meaning, 7);
  }
  return text;
}

std::string help_text(const Command& command) {
  std::string text =
      "minerva " + command.name + ": " + command.purpose + "\n\nusage: minerva " + command.name;
  for (const Argument& argument : command.arguments) text += " " + argument_text(argument);
  if (!command.sections.empty()) text += " [--section.key=value ..]";
  text += " [OPTIONS]\n";
  if (!command.details.empty()) text += "\n" + wrapped(command.details, 0, 0);
  if (!command.arguments.empty()) text += "\narguments\n";
  for (const Argument& argument : command.arguments) {
    std::string words;
    for (const std::string& word : argument.words) words += (words.empty() ? ": " : ", ") + word;
    text += entry(argument_text(argument), argument.meaning + words, 16);
  }
  text += "\noptions\n";
  for (const auto* options : {&command.options, &options_of_all()}) {
    for (const CommandOption& option : *options) {
      text += entry(option_text(option), option_meaning(option), 21);
    }
  }
  if (!command.sections.empty()) {
    text += "\n" + wrapped(
                       "Keys of the config, each with its default and unit, what is allowed, "
                       "and its meaning; --KEY=value, or in a config file NAME = value below "
                       "[SECTION]:",
                       0, 0);
    RunConfig config;
    Settings& settings = config.settings();
    for (const std::string& section : command.sections) {
      const std::string keys = keys_text(settings, section);
      expects(!keys.empty(), "a command reads a section that has no key");
      text += "\n[" + section + "]\n" + keys;
    }
  }
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
  if (call.has("man")) {
    if (!words.empty())
      throw UserError("--man", words.front(), "is of all commands; needs no name");
    print_always(man_page());
    return 0;
  }
  print_always(words.empty() ? usage_text() : help_text(command_named(words.front())));
  return 0;
}

}  // namespace minerva::flow
