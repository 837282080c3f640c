#include "command.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/config/suggestions.hpp"

namespace minerva::flow {
namespace {

const CommandOption* find_option(const Command& command, const std::string& name) {
  for (const auto* options : {&command.options, &options_of_all()}) {
    for (const CommandOption& option : *options) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

void check_word(const CommandOption& option, const std::string& value) {
  if (option.words.empty()) return;
  if (std::find(option.words.begin(), option.words.end(), value) != option.words.end()) return;
  std::string all;
  for (const std::string& word : option.words) all += (all.empty() ? "" : ", ") + word;
  throw UserError("--" + option.name, value.empty() ? "(empty)" : value,
                  "needs one of " + all + did_you_mean(nearest_words(value, option.words)));
}

}  // namespace

std::string CommandCall::value(const std::string& option) const {
  const auto given = options.find(option);
  if (given != options.end()) return given->second.back();
  const CommandOption* known = find_option(command, option);
  expects(known != nullptr, "a command asks for an option that its table does not have");
  return known->default_text;
}

const std::vector<CommandOption>& options_of_all() {
  static const std::vector<CommandOption> options = {
      {"help", "", "The program says what the command does and which keys it reads."},
      {"json", "",
       "One JSON document is printed on standard output instead of tables, and nothing else."},
      {"log-level",
       "LEVEL",
       "Messages below this level are left out of standard error; progress counts as info.",
       "info",
       Names::one_of_the_words,
       {"debug", "info", "warning", "error", "quiet"}},
      {"quiet", "",
       "Only the reason of a failure is printed on standard error, as with --log-level quiet."}};
  return options;
}

const std::vector<ExitCode>& exit_codes() {
  static const std::vector<ExitCode> codes = {
      {0, "The command is done."},
      {2,
       "The config, the arguments or a file hold a mistake; one line names it and says what is "
       "allowed."},
      {1,
       "Something else failed: the models disagree, standard output is closed or full, memory, "
       "files or processes ran out, or the program has a defect."},
      {130,
       "SIGINT (Ctrl-C) stopped the command; finished work is kept, and the same command continues "
       "it."},
      {143,
       "SIGTERM stopped the command; finished work is kept, and the same command continues it."}};
  return codes;
}

const std::vector<std::pair<CommandGroup, std::string>>& command_groups() {
  static const std::vector<std::pair<CommandGroup, std::string>> groups = {
      {CommandGroup::flow, "the flow"},
      {CommandGroup::stages, "its stages, one at a time"},
      {CommandGroup::networks_and_data, "networks, data and technologies"},
      {CommandGroup::reports, "reports"},
      {CommandGroup::many_machines, "work on many machines"},
      {CommandGroup::program, "the program itself"}};
  return groups;
}

const Command& command_named(const std::string& name) {
  std::vector<std::string> names;
  std::string all;
  for (const Command& command : commands()) {
    if (command.name == name) return command;
    names.push_back(command.name);
    all += (all.empty() ? "" : ", ") + command.name;
  }
  throw UserError("command", name.empty() ? "(empty)" : name,
                  "needs one of " + all + did_you_mean(nearest_words(name, names)));
}

CommandCall take_apart(const Command& command, const std::vector<std::string>& words) {
  CommandCall call{command, {}, {}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::size_t equals = word.find('=');
    const std::string name = word == "-h"                ? "help"
                             : word.substr(0, 2) != "--" ? ""
                                                         : word.substr(2, equals - 2);
    const CommandOption* option = name.empty() ? nullptr : find_option(command, name);
    if (option == nullptr) {
      call.words.push_back(word);
      continue;
    }
    std::string value;
    if (option->value.empty()) {
      if (equals != std::string::npos) {
        throw UserError("--" + name, word.substr(equals + 1), "is a switch and takes no value");
      }
    } else if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 == words.size() || words[i + 1].substr(0, 2) == "--") {
      throw UserError("--" + name, "", "needs a value: --" + name + " " + option->value);
    } else {
      value = words[++i];
    }
    check_word(*option, value);
    std::vector<std::string>& values = call.options[name];
    if (!values.empty() && !option->repeats) {
      throw UserError("--" + name, value, "stands twice on the command line");
    }
    values.push_back(value);
  }
  return call;
}

}  // namespace minerva::flow
