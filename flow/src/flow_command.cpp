#include "flow_command.hpp"

#include <filesystem>

#include "minerva/app/output.hpp"
#include "minerva/app/settings.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/report/summary_report.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

std::string default_out(const std::string& config_path) {
  return "runs/" + (config_path.empty() ? std::string("default")
                                        : std::filesystem::path(config_path).stem().string());
}

}  // namespace

int flow_command(const CommandCall& call, Keeps keeps, void (*act)(Flow&)) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  const Settings::CommandLine line = parse_words(call, settings);
  std::string config = line.positional.empty() ? "" : line.positional.front();
  std::string out;
  for (const auto& [key, value] : line.options) {
    if (key == "run.out") out = value;
  }
  std::error_code ignored;
  const auto kept_config = [](const std::string& folder) {
    return folder + "/" + RunDirectory::kConfigName;
  };
  if (std::filesystem::is_directory(config, ignored)) {  // a run directory
    if (out.empty()) out = config;
    config = kept_config(config);
  } else if (config.empty() && !out.empty() && std::filesystem::exists(kept_config(out), ignored)) {
    config = kept_config(out);
  }
  if (keeps == Keeps::existing_run &&
      (out.empty() || !std::filesystem::exists(kept_config(out), ignored))) {
    throw UserError(out.empty() ? (config.empty() ? "run directory" : config) : out, "",
                    std::string("needs the directory of a run, with ") + RunDirectory::kConfigName);
  }
  if (!config.empty()) settings.read_config_file(config);
  settings.apply(line);
  if (!out.empty()) options.run.out = out;  // a run that was copied or moved is where it is now
  finish_options(options);
  if (options.run.out.empty()) options.run.out = default_out(config);
  if (keeps == Keeps::a_run_if_asked && out.empty()) {
    Flow flow(options, config, nullptr);
    act(flow);
    return 0;
  }
  const bool reads = keeps == Keeps::a_run_if_asked;
  RunDirectory directory(options.run.out, settings.resolved(), keys_without_effect(),
                         reads ? RunDirectory::Access::reads : RunDirectory::Access::writes);
  Flow flow(options, config, &directory);
  act(flow);
  if (keeps == Keeps::a_run_if_asked) return 0;
  if (!flow.summary().stages.empty()) print_text(stage_table_text(flow.summary()) + "\n");
  print_text("report  " + directory.path_of("report.html") + "\nsummary " +
             directory.path_of("summary.json") + "\n");
  print_json(summary_to_json(flow.summary()));
  return 0;
}

}  // namespace minerva::flow
