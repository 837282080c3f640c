#include "sweep_runs.hpp"

#include <algorithm>
#include <filesystem>

#include "compare_command.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/run/output.hpp"

namespace minerva::flow {

SweepOfRuns::SweepOfRuns(const Settings& base, std::string config_path, std::string out,
                         const std::vector<std::string>& over)
    : base_(base.resolved()), config_path_(std::move(config_path)), out_(std::move(out)) {
  std::error_code ignored;
  if (std::filesystem::exists(out_ + "/" + RunDirectory::kConfigName, ignored)) {
    throw UserError(out_, "", "holds a run; needs a folder of the sweep's own");
  }
  if (over.empty()) throw UserError("sweep", "", "needs --over KEY=VALUE,VALUE.. at least once");
  std::vector<SweptKey> keys;
  for (const std::string& text : over) {
    keys.push_back(parse_over(text));
    const std::string& key = keys.back().key;
    if (base.origin(key) == Settings::kCommandLine) {
      throw UserError("--" + key, base.text(key), "is swept by --over, too");
    }
  }
  for (Combination& combination : combinations(std::move(keys))) {
    const std::string folder = out_ + "/" + combination.name;
    runs_.push_back({std::move(combination), folder, SweptRun::State::waiting, "", std::nullopt});
  }
}

RunConfig SweepOfRuns::configure(const SweptRun& run) {
  RunConfig made;
  made.settings().read_config_text(base_, "the config of the sweep");
  try {
    for (const auto& [key, value] : run.combination.values) {
      made.settings().set(key, value, "--over");
    }
    made.check();
    // The file of a technology is read now: a mistake in it shows before the first run.
    const std::string& technology = made.options().technology_file;
    if (technologies_.count(technology) == 0) {
      read_technology(find_technology_file(technology, config_path_), made.options().technology_rows);
      technologies_.insert(technology);
    }
  } catch (const UserError& error) {
    throw UserError(run.combination.name, "", error.what());
  }
  made.settings().set("run.out", run.folder, "sweep");
  if (made.settings().text("training.cache_dir").empty()) {
    made.settings().set("training.cache_dir", out_ + "/" + RunDirectory::kTrainings, "sweep");
  }
  if (made.settings().text("faults.counts_dir").empty()) {
    made.settings().set("faults.counts_dir", out_, "sweep");
  }
  return made;
}

void SweepOfRuns::start(const std::string& resolved, RunConfig config, const std::string& folder,
                        SweptRun& run, const std::function<void(RunContext&)>& look) const {
  try {
    RunDirectory directory(folder, resolved, config.settings().keys_without_effect());
    Pipeline pipeline(std::move(config), config_path_, &directory);
    try {
      pipeline.run();
      run.summary = pipeline.summary();
      run.state = SweptRun::State::done;
    } catch (const UserError& error) {
      run.state = SweptRun::State::mistake;
      run.message = error.what();
    } catch (const VerificationFailure& failure) {
      run.state = SweptRun::State::disagreement;
      run.message = failure.what();
    }
    if (look) look(pipeline.context());
  } catch (const UserError& error) {
    run.state = SweptRun::State::mistake;
    run.message = error.what();
  }
}

void SweepOfRuns::open() {
  folder_.emplace(out_, "sweep", [&] {
    throw UserError(out_, "", "holds files that no sweep made; needs a new or an empty folder");
  });
}

void SweepOfRuns::write_table() {
  expects(folder_.has_value(), "a sweep's folder that was not opened");
  folder_->write("sweep.csv", sweep_csv(runs_));
}

int SweepOfRuns::conclude() {
  write_table();
  std::vector<std::string> done;
  for (const SweptRun& run : runs_) {
    if (run.state == SweptRun::State::done) done.push_back(run.folder);
  }
  std::string text = sweep_text(runs_);
  if (!done.empty()) text += "\n" + compare_runs(done, &*folder_);
  print_text(text + "\nsweep   " + out_ + "/sweep.csv\n");
  print_sweep_json(runs_);
  const auto any = [&](SweptRun::State state) {
    return std::any_of(runs_.begin(), runs_.end(),
                       [&](const SweptRun& run) { return run.state == state; });
  };
  return any(SweptRun::State::disagreement) ? 1 : any(SweptRun::State::mistake) ? 2 : 0;
}

}  // namespace minerva::flow
