#include "sweep_command.hpp"

#include <algorithm>
#include <filesystem>

#include "compare_command.hpp"
#include "flow.hpp"
#include "minerva/app/atomic_file.hpp"
#include "minerva/app/logging.hpp"
#include "minerva/app/output.hpp"
#include "minerva/core/errors.hpp"
#include "settings_of_call.hpp"
#include "sweep_table.hpp"

namespace minerva::flow {
namespace {

/// The options of one run, bound to settings of their own.
struct ConfiguredRun {
  FlowOptions options;
  Settings settings;
  ConfigOfCall from;
};

/// Reads config, command line and the combination's values, which win. Throws UserError naming the
/// combination.
void configure(const CommandCall& call, const SweptRun& run, const std::string& cache,
               ConfiguredRun& made) {
  add_settings(made.settings, made.options);
  CommandCall with_values = call;
  for (const auto& [key, value] : run.combination.values) {
    with_values.words.push_back("--" + key + "=" + value);
  }
  try {
    made.from = read_config_of(with_values, made.settings, made.options);
    // The file of a technology is read now: a mistake in it shows before the first run.
    Flow(made.options, made.from.file, nullptr).technology();
  } catch (const UserError& error) {
    throw UserError(run.combination.name, "", error.what());
  }
  made.settings.set("run.out", run.folder, "sweep");
  if (made.options.training_cache.empty()) made.settings.set("training.cache_dir", cache, "sweep");
}

void start(const CommandCall& call, const std::string& cache, SweptRun& run) {
  ConfiguredRun made;
  configure(call, run, cache, made);
  try {
    RunDirectory directory(run.folder, made.settings.resolved(), keys_without_effect());
    Flow flow(made.options, made.from.file, &directory);
    flow.run();
    run.summary = flow.summary();
    run.state = SweptRun::State::done;
  } catch (const UserError& error) {
    run.state = SweptRun::State::mistake;
    run.message = error.what();
  } catch (const VerificationFailure& failure) {
    run.state = SweptRun::State::disagreement;
    run.message = failure.what();
  }
}

std::vector<SweptRun> planned(const CommandCall& call, const std::string& out) {
  std::vector<SweptKey> keys;
  const auto given = call.options.find("over");
  if (given == call.options.end()) {
    throw UserError("sweep", "", "needs --over KEY=VALUE,VALUE.. at least once");
  }
  for (const std::string& over : given->second) keys.push_back(parse_over(over));
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  for (const auto& [key, value] : parse_words(call, settings).options) {
    for (const SweptKey& swept : keys) {
      if (swept.key == key) throw UserError("--" + key, value, "is swept by --over, too");
    }
  }
  std::vector<SweptRun> runs;
  for (Combination& combination : combinations(std::move(keys))) {
    const std::string folder = out + "/" + combination.name;
    runs.push_back({std::move(combination), folder, SweptRun::State::waiting, "", std::nullopt});
  }
  return runs;
}

/// The folder of a sweep: --out, or runs/NAME-sweep after the config file or the run's folder.
std::string sweep_folder(const CommandCall& call) {
  FlowOptions options;
  Settings settings;
  add_settings(settings, options);
  const Settings::CommandLine line = parse_words(call, settings);
  for (const auto& [key, value] : line.options) {
    if (key == "run.out") return value;
  }
  std::string config = line.positional.empty() ? "" : line.positional.front();
  while (config.size() > 1 && config.back() == '/') config.pop_back();
  return default_run_directory(config) + "-sweep";
}

int exit_code(const std::vector<SweptRun>& runs) {
  const auto any = [&](SweptRun::State state) {
    return std::any_of(runs.begin(), runs.end(),
                       [&](const SweptRun& run) { return run.state == state; });
  };
  return any(SweptRun::State::disagreement) ? 1 : any(SweptRun::State::mistake) ? 2 : 0;
}

}  // namespace

int sweep_command(const CommandCall& call) {
  const std::string out = sweep_folder(call);
  std::error_code ignored;
  if (std::filesystem::exists(out + "/" + RunDirectory::kConfigName, ignored)) {
    throw UserError(out, "", "holds a run; needs a folder of the sweep's own");
  }
  const std::string cache = out + "/trainings";
  std::vector<SweptRun> runs = planned(call, out);
  for (const SweptRun& run : runs) {
    ConfiguredRun made;
    configure(call, run, cache, made);
  }
  if (call.has("dry-run")) {
    std::string text;
    for (const SweptRun& run : runs) text += run.folder + "\n";
    print_text(text);
    print_sweep_json(runs);
    return 0;
  }
  make_folder(out);
  std::vector<std::string> done;
  const OutputForm form = output_form();
  set_output_form(OutputForm::none);  // the tables of a run stand in its folder
  for (std::size_t i = 0; i < runs.size(); ++i) {
    SweptRun& run = runs[i];
    log_info("run " + std::to_string(i + 1) + " of " + std::to_string(runs.size()) + ": " +
             run.combination.name);
    try {
      start(call, cache, run);
    } catch (const RunStopped& stop) {
      throw RunStopped(stop.signal, run.combination.name + ": " + stop.what() + "; " +
                                        std::to_string(done.size()) + " of " +
                                        std::to_string(runs.size()) +
                                        " runs of the sweep are done, the same command goes on");
    }
    if (!run.message.empty()) log_error(run.combination.name + ": " + run.message);
    if (run.state == SweptRun::State::done) done.push_back(run.folder);
    write_file(out + "/sweep.csv", sweep_csv(runs));
  }
  set_output_form(form);
  std::string text = sweep_text(runs);
  if (!done.empty()) text += "\n" + compare_runs(done, out);
  print_text(text + "\nsweep   " + out + "/sweep.csv\n");
  print_sweep_json(runs);
  return exit_code(runs);
}

}  // namespace minerva::flow
