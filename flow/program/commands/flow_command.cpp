#include "flow_command.hpp"

#include <filesystem>

#include "minerva/run/output.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/report/summary_report.hpp"
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

}  // namespace

int flow_command(const CommandCall& call, Keeps keeps, void (*act)(Flow&)) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  if (keeps == Keeps::existing_run) require_run(parse_words(call, settings));
  const ConfigOfCall from = read_config_of(call, settings, options);
  if (options.run.out.empty()) options.run.out = default_run_directory(from.file);
  if (keeps == Keeps::a_run_if_asked && from.out.empty()) {
    Flow flow(options, from.file, nullptr);
    act(flow);
    return 0;
  }
  const bool reads = keeps == Keeps::a_run_if_asked;
  RunDirectory directory(options.run.out, settings.resolved(), keys_without_effect(),
                         reads ? RunDirectory::Access::reads : RunDirectory::Access::writes);
  Flow flow(options, from.file, &directory);
  act(flow);
  if (keeps != Keeps::a_run_if_asked) print_run(flow, directory);
  return 0;
}

void print_run(const Flow& flow, const RunDirectory& directory) {
  if (!flow.summary().stages.empty()) print_text(stage_table_text(flow.summary()) + "\n");
  print_text("report  " + directory.path_of("report.html") + "\nsummary " +
             directory.path_of("summary.json") + "\n");
  print_json(summary_to_json(flow.summary()));
}

}  // namespace minerva::flow
