#include "settings_of_call.hpp"

#include "minerva/core/errors.hpp"

namespace minerva::flow {

Settings::CommandLine parse_words(const CommandCall& call, const Settings& settings) {
  std::vector<std::string> others;
  for (const auto* options : {&call.command.options, &options_of_all()}) {
    for (const CommandOption& option : *options) others.push_back(option.name);
  }
  Settings::CommandLine line = settings.parse_command_line(call.words, others);
  const int given = static_cast<int>(line.positional.size());
  int least = 0;
  int most = 0;
  std::string names;
  std::string missing;
  for (const Argument& argument : call.command.arguments) {
    least += argument.least;
    most += argument.most;
    names += (names.empty() ? "" : " ") + argument.name;
    if (given < least && missing.empty()) missing = argument.name + ", " + argument.meaning;
  }
  const std::string help = " (minerva " + call.command.name + " --help)";
  if (!missing.empty()) throw UserError(call.command.name, "", "needs " + missing + help);
  if (given > most) {
    throw UserError(call.command.name, line.positional[static_cast<std::size_t>(most)],
                    (most == 0 ? "takes no argument" : "takes " + names + " alone") + help);
  }
  return line;
}

std::vector<std::string> parse_arguments(const CommandCall& call) {
  return parse_words(call, Settings()).positional;
}

}  // namespace minerva::flow
