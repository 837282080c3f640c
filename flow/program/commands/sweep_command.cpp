#include "sweep_command.hpp"

#include "json_output.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/quiet_output.hpp"
#include "settings_of_call.hpp"
#include "sweep_runs.hpp"

namespace minerva::flow {
namespace {

/// The folder of a sweep: --out, or runs/NAME-sweep after the config file or the run's folder.
std::string sweep_folder(const CommandCall& call) {
  RunConfig config;
  const Settings::CommandLine line = parse_words(call, config.settings());
  for (const auto& [key, value] : line.options) {
    if (key == "run.out") return value;
  }
  std::string path = line.positional.empty() ? "" : line.positional.front();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return default_run_directory(path) + "-sweep";
}

SweepOfRuns sweep_of(const CommandCall& call) {
  RunConfig config;
  Settings& settings = config.settings();
  const ConfigOfCall from = read_settings_of(call, settings);
  const auto over = call.options.find("over");
  return SweepOfRuns(settings, from.file, sweep_folder(call),
                     over == call.options.end() ? std::vector<std::string>() : over->second);
}

}  // namespace

int sweep_command(const CommandCall& call) {
  SweepOfRuns sweep = sweep_of(call);
  std::vector<SweptRun>& runs = sweep.runs();
  for (const SweptRun& run : runs) {
    sweep.configure(run);
  }
  if (call.has("dry-run")) {
    std::string text;
    for (const SweptRun& run : runs) text += run.folder + "\n";
    print_text(text);
    print_sweep_json(runs);
    return 0;
  }
  sweep.open();
  std::size_t done = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    SweptRun& run = runs[i];
    log_info("run " + std::to_string(i + 1) + " of " + std::to_string(runs.size()) + ": " +
             run.combination.name);
    try {
      const QuietOutput quiet;  // the tables of a run stand in its folder
      RunConfig made = sweep.configure(run);
      const std::string resolved = made.settings().resolved();
      sweep.start(resolved, std::move(made), run.folder, run);
    } catch (const RunStopped& stop) {
      throw RunStopped(stop.signal, run.combination.name + ": " + stop.what() + "; " +
                                        std::to_string(done) + " of " +
                                        std::to_string(runs.size()) +
                                        " runs of the sweep are done, the same command goes on");
    }
    if (!run.message.empty()) log_failure(run.combination.name + ": " + run.message);
    if (run.state == SweptRun::State::done) ++done;
    sweep.write_table();
  }
  return sweep.conclude();
}

}  // namespace minerva::flow
