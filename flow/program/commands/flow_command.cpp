#include "flow_command.hpp"

#include <filesystem>

#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/print_run.hpp"
#include "minerva/run/logging.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

/// Throws UserError unless the command line names the folder of a run.
void require_run(const Settings::CommandLine& line) {
  std::string folder = line.positional.empty() ? "" : line.positional.front();
  for (const auto& [key, value] : line.options) {
    if (key == "run.out" && !std::filesystem::is_directory(folder)) folder = value;
  }
  std::error_code ignored;
  if (std::filesystem::exists(folder + "/" + RunDirectory::kConfigName, ignored)) return;
  throw UserError(folder.empty() ? "run directory" : folder, "",
                  std::string("needs the directory of a run, with ") + RunDirectory::kConfigName);
}

/// Whether a folder holds neither a run nor other files: a command that only reads finds nothing in
/// it, and leaves nothing there.
bool holds_nothing(const std::string& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().filename().string().front() != '.') return false;
  }
  return !error || error == std::errc::no_such_file_or_directory;
}

}  // namespace

int flow_command(const CommandCall& call, Keeps keeps, const std::function<void(Pipeline&)>& act) {
  RunConfig config;
  if (keeps == Keeps::existing_run) require_run(parse_words(call, config.settings()));
  const ConfigOfCall from = read_config_of(call, config);
  if (config.options().out.empty()) config.options().out = default_run_directory(from.file);
  const bool reads = keeps == Keeps::a_run_if_asked;
  if (reads && !from.out.empty() && holds_nothing(config.options().out)) {
    log_info(config.options().out + " holds no run: nothing is read from it");
  }
  if (reads && (from.out.empty() || holds_nothing(config.options().out))) {
    Pipeline pipeline(std::move(config), from.file, nullptr);
    act(pipeline);
    return 0;
  }
  RunDirectory directory(config.options().out, config.settings().resolved(),
                         config.settings().keys_without_effect(),
                         reads ? RunDirectory::Access::reads : RunDirectory::Access::writes);
  Pipeline pipeline(std::move(config), from.file, &directory);
  act(pipeline);
  if (keeps != Keeps::a_run_if_asked) print_run(pipeline, directory);
  return 0;
}

}  // namespace minerva::flow
