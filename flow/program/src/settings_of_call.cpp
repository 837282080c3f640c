#include "settings_of_call.hpp"

#include <cstdlib>
#include <filesystem>

#include "minerva/base/errors.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/run/run_directory.hpp"

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

ConfigOfCall read_settings_of(const CommandCall& call, Settings& settings) {
  const Settings::CommandLine line = parse_words(call, settings);
  ConfigOfCall found;
  found.file = line.positional.empty() ? "" : line.positional.front();
  for (const auto& [key, value] : line.options) {
    if (key == "run.out") found.out = value;
  }
  std::error_code ignored;
  std::string folder;  // of a run, in the place of its config
  const auto kept_config = [](const std::string& run) {
    return run + "/" + RunDirectory::kConfigName;
  };
  if (std::filesystem::is_directory(found.file, ignored)) {
    folder = found.file;
    found.file = kept_config(folder);
  } else if (found.file.empty() && !found.out.empty() &&
             std::filesystem::exists(kept_config(found.out), ignored)) {
    found.file = kept_config(found.out);
  }
  found.file = find_shipped_file(found.file, "");
  if (!found.file.empty()) settings.read_config_file(found.file);
  if (!folder.empty() && found.out.empty()) {
    // The config says where the run was made, which is elsewhere when the folder was moved.
    settings.set("run.out", folder, Settings::kCommandLine);
    found.out = folder;
  }
  settings.apply(line);
  return found;
}

ConfigOfCall read_config_of(const CommandCall& call, RunConfig& config) {
  ConfigOfCall found = read_settings_of(call, config.settings());
  config.check();
  return found;
}

void apply_environment(Settings& settings) {
  const char* folder = std::getenv("MINERVA_DATA_DIR");
  if (folder == nullptr || *folder == 0 || !settings.text("data.dir").empty()) return;
  settings.set("data.dir", folder, "environment MINERVA_DATA_DIR");
}

std::string default_run_directory(const std::string& config_file) {
  return "runs/" + (config_file.empty() ? std::string("default")
                                        : std::filesystem::path(config_file).stem().string());
}

}  // namespace minerva::flow
