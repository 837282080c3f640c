#include "run_work.hpp"

#include <algorithm>
#include <cstdlib>

#include "faultsim_stage.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/quiet_output.hpp"
#include "training_folder.hpp"
#include "training_stage.hpp"

namespace minerva::flow {
namespace {

/// A file that a run reads: as its results name it, and where it is.
struct ReadFile {
  std::string name;
  std::string path;
};

std::vector<ReadFile> files_read_by(const RunConfig& config, const std::string& config_path) {
  const RunOptions& options = config.options();
  DataOptions data = options.data;
  if (data.dir.empty()) {
    if (const char* folder = std::getenv("MINERVA_DATA_DIR")) data.dir = folder;
  }
  std::vector<ReadFile> files;
  for (const std::string& path : data_files(data)) files.push_back({path, path});
  files.push_back(
      {options.technology_file, find_technology_file(options.technology_file, config_path)});
  for (const char* key : {"network.file", "noise.file", "design.file", "quantize.plan_file",
                          "prune.thresholds_file"}) {
    const std::string given = config.settings().text(key);
    if (!given.empty()) files.push_back({given, given});
  }
  if (!options.network_file.empty()) {
    for (const std::string& beside : files_beside_network(options.network_file)) {
      files.push_back({beside, beside});
    }
  }
  return files;
}

/// Keys and values that a result depends on.
std::string effective_config(const Settings& settings) {
  const std::vector<std::string> idle = settings.keys_without_effect();
  std::string text;
  for (const SettingInfo& info : settings.table()) {
    if (std::find(idle.begin(), idle.end(), info.key) != idle.end()) continue;
    text += info.key + " = " + settings.text(info.key) + "\n";
  }
  return text;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

RunWork::RunWork(WorkSetup& setup)
    : setup_(setup),
      sweep_(setup.config.settings(), setup.config_path, setup.config.options().out, setup.over) {}

StageQuestion RunWork::question() {
  std::string configs;
  std::map<std::string, std::string> digests;  // by name
  for (const SweptRun& run : sweep_.runs()) {
    const RunConfig made = sweep_.configure(run);
    configs += run.combination.name + "\n" + effective_config(made.settings());
    for (const ReadFile& file : files_read_by(made, sweep_.config_path())) {
      std::string& digest = digests[file.name];
      if (digest.empty()) digest = sha256_of_file(file.path);
    }
  }
  StageQuestion question = {{"minerva", program_version(), false},
                            {"runs", std::to_string(sweep_.runs().size()), false},
                            {"the configs", sha256(configs.data(), configs.size()), true}};
  for (const auto& [name, digest] : digests) question.push_back({name, digest, true});
  return question;
}

RunOutcome RunWork::compute_run(SweptRun run, const std::string& scratch) {
  RunConfig made = sweep_.configure(run);
  const std::string resolved = made.settings().resolved();
  std::string& folder = made.state<training::TrainingStage>().training_cache;
  const std::string cache = folder;
  const std::string scratch_trainings = scratch + "/" + RunDirectory::kTrainings;
  folder = scratch_trainings;
  made.state<faultsim::FaultStage>().counts_folder = scratch;
  if (setup_.threads > 0) made.options().threads = setup_.threads;
  RunOutcome outcome;
  const QuietOutput quiet;  // the tables of a run stand in its folder
  try {
    sweep_.start(resolved, std::move(made), scratch + "/" + run.combination.name, run,
                 [&](RunContext& context) { outcome.networks = training::networks_left(context); });
  } catch (const RunStopped& stop) {
    throw RunStopped(stop.signal, run.combination.name + ": " + stop.what());
  }
  if (run.message.rfind(scratch, 0) == 0) {
    // The scratch folder's own trouble, such as a full disk, is no result.
    throw UserError(run.combination.name, "", run.message);
  }
  outcome.state = run.state;
  outcome.message = run.message;
  // Paths as the run has them where it belongs.
  replace_all(outcome.message, scratch_trainings, cache);
  replace_all(outcome.message, scratch, sweep_.out());
  return outcome;
}

void RunWork::compute(const Share& share, const std::string& scratch, ShardWriter& result) {
  std::uint64_t at = 0;
  for (const std::uint64_t unit : units_of(share)) {
    const SweptRun& run = sweep_.runs()[unit];
    const std::string& name = run.combination.name;
    log_info("run " + std::to_string(++at) + " of " + std::to_string(size_of(share)) + ": " + name);
    const RunOutcome outcome = compute_run(run, scratch);
    if (!outcome.message.empty()) log_warning(name + ": " + outcome.message);
    add_run(result, name, outcome, scratch + "/" + name);
  }
  add_trainings(result, scratch + "/" + RunDirectory::kTrainings);
}

int RunWork::merge(const PlanFolder& folder) {
  const std::string& cache = setup_.config.state<training::TrainingStage>().training_cache;
  training::TrainingFolder trainings(cache.empty() ? sweep_.out() + "/" + RunDirectory::kTrainings
                                                   : cache);
  std::vector<SweptRun>& runs = sweep_.runs();
  RunLayout layout(
      folder, runs, [&](const SweptRun& run) { return sweep_.configure(run); }, trainings);
  layout.check();
  sweep_.open();
  layout.write();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    SweptRun& run = runs[i];
    run.state = layout.outcome(i).state;
    run.message = layout.outcome(i).message;
    if (!run.message.empty()) log_failure(run.combination.name + ": " + run.message);
    if (run.state != SweptRun::State::done) continue;
    const std::string summary = run.folder + "/summary.json";
    run.summary = summary_from_json(read_file(summary), summary, setup_.config.reports());
  }
  return sweep_.conclude();
}

}  // namespace minerva::flow
