#include "plan_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>

#include "json_output.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/run_directory.hpp"
#include "planned_work.hpp"
#include "settings_of_call.hpp"
#include "sharded_commands.hpp"

namespace minerva::flow {
namespace {

namespace fs = std::filesystem;

/// What a cluster spends on starting a task, by which shards are sized: Slurm 22.05 took 0.87 s of
/// a slot for an empty one (docs/cluster.md).
constexpr double kSecondsOfATask = 1;
constexpr double kSecondsOfAShard = 60;
constexpr std::size_t kMostShards = 1000000;

/// The command whose work is cut.
std::string planned_command(const CommandCall& call, const RunConfig& config) {
  const bool sweeps = call.has("over");
  if (call.has("of")) {
    const std::string command = call.value("of");
    if (sweeps != (command == "sweep")) {
      throw UserError("--of", command,
                      sweeps ? "needs to be sweep with --over"
                             : "needs --over KEY=VALUE,VALUE.. at least once");
    }
    return command;
  }
  if (sweeps) return "sweep";
  for (const StageDefinition& stage : config.stages()) {
    if (stage.own_topology && stage.own_topology().layers() > 0) return stage.id;
  }
  std::string commands;
  for (const std::string& command : sharded_commands()) {
    commands += (commands.empty() ? "" : ", ") + command;
  }
  throw UserError("plan", "", "needs --of COMMAND, whose work is cut: " + commands);
}

/// Shards of a minute or more, as far as the work is known.
std::size_t advised_shards(double seconds, std::uint64_t units) {
  if (seconds <= 0) return static_cast<std::size_t>(std::min<std::uint64_t>(units, kMostShards));
  const double shards = std::floor(seconds / kSecondsOfAShard);
  return static_cast<std::size_t>(
      std::clamp(shards, 1.0, static_cast<double>(std::min<std::uint64_t>(units, kMostShards))));
}

std::size_t asked_shards(const CommandCall& call, ShardedWork& work) {
  const std::uint64_t most = std::min<std::uint64_t>(work.units(), kMostShards);
  if (!call.has("shards")) return advised_shards(work.estimated_seconds(), work.units());
  const std::uint64_t shards =
      parse_number(call.value("shards"), "--shards",
                   Range<std::uint64_t>{1, std::numeric_limits<std::uint64_t>::max()});
  if (shards > most) {
    throw UserError("--shards", std::to_string(shards),
                    "needs at most " + std::to_string(most) +
                        (most < kMostShards ? ": the " + work.unit() + " there are" : ""));
  }
  return static_cast<std::size_t>(shards);
}

void advise(const ShardPlan& plan, double seconds) {
  const double of_a_shard = seconds / static_cast<double>(plan.shares.size());
  if (seconds <= 0 || plan.shares.size() == 1 || of_a_shard >= kSecondsOfAShard) return;
  const std::size_t advised = advised_shards(seconds, plan.units);
  log_warning("a shard is about " + number_text(of_a_shard, 3) +
              " s of work, and starting a task costs a cluster about " +
              number_text(kSecondsOfATask, 3) + " s: " +
              (advised == 1 ? "one shard would do, and one machine"
                            : std::to_string(advised) + " shards would be a minute or more each"));
}

std::string summary_text(const std::string& path, const ShardPlan& plan, double seconds) {
  std::uint64_t smallest = plan.units;
  std::uint64_t largest = 0;
  for (const Share& share : plan.shares) {
    smallest = std::min(smallest, size_of(share));
    largest = std::max(largest, size_of(share));
  }
  std::string text =
      "plan    " + path + ": " + std::to_string(plan.units) + " " + plan.unit + " of minerva " +
      plan.command + " in " + std::to_string(plan.shares.size()) +
      (plan.shares.size() == 1 ? " shard" : " shards") + ", " +
      (smallest == largest ? std::to_string(largest)
                           : std::to_string(smallest) + " to " + std::to_string(largest)) +
      " each";
  if (seconds > 0) {
    text += ", about " + number_text(seconds / static_cast<double>(plan.shares.size()), 3) +
            " CPU s a shard";
  }
  return text + "\nwork    minerva work " + path + " --shard K, for K from 0 to " +
         std::to_string(plan.shares.size() - 1) +
         ", anywhere and in any order; or minerva submit " + path +
         " --engine slurm\nmerge   minerva merge " + path + ", into " + plan.run + "\n";
}

/// The folder of a plan while it is being planned: nobody else plans there meanwhile. A folder that
/// was made for the plan goes again when there is none, with the run folder that was made in it.
class PlannedFolder {
 public:
  /// Waits for another planner.
  explicit PlannedFolder(const std::string& path)
      : locked_(lock_folder(path, [this, &path](const std::string& holder) {
          throw_if_interrupted();
          if (!told_) log_info(path + " is in use by " + holder + "; waiting for it");
          told_ = true;
        })) {}
  PlannedFolder(const PlannedFolder&) = delete;
  PlannedFolder& operator=(const PlannedFolder&) = delete;
  ~PlannedFolder() {
    const Folder& folder = locked_.folder;
    if (kept_) return;
    try {
      if (run_ && run_->was_made()) remove_run(folder);
      if (!folder.was_made() || folder.names() != std::vector<std::string>{FolderLock::kName})
        return;
      locked_.lock.remove_from(folder);
      // Of that name there may be another folder by now. Only an empty one goes.
      if (folder.is_in_place()) ::rmdir(folder.path().c_str());
    } catch (const UserError&) {  // what cannot be removed stays
    }
  }

  const LockedFolder& locked() const { return locked_; }
  /// Makes the folder of the run, whose config is to be this one.
  void make_run(const std::string& config) {
    config_ = config;
    run_ = locked_.folder.make_inside(PlanFolder::kRun);
  }
  /// Throws UserError when the folder of the plan, or that of its run, has been replaced.
  void expect_in_place() const {
    locked_.lock.expect_held(locked_.folder);
    if (run_) run_->expect_in_place();
  }
  void keep() { kept_ = true; }

 private:
  /// Unless another process has it, or has made a run of its own in it.
  void remove_run(const Folder& folder) const {
    const FolderLock lock(*run_);
    const auto there = run_->read_if_there(RunDirectory::kConfigName);
    if (there && *there != config_) return;
    run_->remove_contents();
    folder.remove_empty_inside(PlanFolder::kRun);
  }

  bool told_ = false;
  bool kept_ = false;
  LockedFolder locked_;
  std::optional<Folder> run_;
  std::string config_;
};

}  // namespace

int plan_command(const CommandCall& call) {
  WorkSetup setup;
  Settings& settings = setup.config.settings();
  const ConfigOfCall from = read_config_of(call, setup.config);
  const Settings::CommandLine line = parse_words(call, settings);
  std::error_code ignored;
  const std::string first = line.positional.empty() ? "" : line.positional.front();
  const bool of_a_run = fs::is_directory(first, ignored);
  std::string path;  // of the plan
  for (const auto& [key, value] : line.options) {
    if (key == "run.out") path = value;
  }
  if (path.empty()) throw UserError("plan", "", "needs --out DIR, a folder for the plan");
  if (fs::exists(path + "/" + RunDirectory::kConfigName, ignored)) {
    throw UserError(path, "", "holds a run; needs a folder of the plan's own");
  }
  ShardPlan plan;
  plan.program = program_version();
  plan.command = planned_command(call, setup.config);
  plan.config = from.file;
  plan.folder = fs::current_path().string();
  // A sweep takes the config of a run, and has a folder of its own.
  plan.run = of_a_run && plan.command != "sweep" ? first : path + "/" + PlanFolder::kRun;
  if (const char* folder = std::getenv("MINERVA_DATA_DIR")) {
    plan.data_folder = *folder == '\0' ? "" : fs::absolute(folder).string();
  }
  if (call.has("over")) plan.over = call.options.at("over");
  settings.set("run.out", plan.run, "plan");
  setup.over = plan.over;
  setup.config_path = plan.config;
  if (!fs::exists(path + "/" + PlanFolder::kManifest, ignored))
    PlanFolder::refuse_other_files(path);
  PlannedFolder folder(path);
  // A folder that holds a plan already is looked at, not changed.
  const bool there = folder.locked().folder.has(PlanFolder::kManifest);
  setup.role = there ? PlanRole::works : PlanRole::plans;
  if (!there && plan.run == path + "/" + PlanFolder::kRun && plan.command != "sweep") {
    folder.make_run(settings.resolved());
  }
  const std::unique_ptr<ShardedWork> work = make_sharded_work(plan.command, setup);
  // The run's folder was opened by its name: before anything is written into it, it must be ours.
  folder.expect_in_place();
  plan.question = work->question();
  plan.unit = work->unit();
  plan.units = work->units();
  plan.shares = work->cut(asked_shards(call, *work));
  PlanFolder::write(folder.locked(), plan, settings.resolved());
  folder.keep();
  if (there) PlanFolder(path).remove_leftovers();
  if (there) log_info(path + " holds this plan already");
  const double seconds = work->estimated_seconds();
  advise(plan, seconds);
  print_text(summary_text(path, plan, seconds));
  print_document({{"schema", "minerva-plan-summary-1"},
                  {"folder", path},
                  {"command", plan.command},
                  {"run", plan.run},
                  {"unit", plan.unit},
                  {"units", plan.units},
                  {"shards", plan.shares.size()},
                  {"estimated_cpu_seconds", seconds}});
  return 0;
}

}  // namespace minerva::flow
