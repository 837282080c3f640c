#include <algorithm>

#include "command_line.hpp"
#include "commands.hpp"
#include "machine_facts.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"
#include "minerva/workloads/operation_recorder.hpp"

namespace minerva::workloads {
namespace {

namespace po = boost::program_options;

struct Plan {
  WorkloadOptions options;
  int steps = 3;
  int warm_up = 1;
  Clock clock = Clock::wall;
};

WorkloadProfile measured(const std::string& name, Mode mode, const Plan& plan,
                         std::vector<TraceEvent>& last_step) {
  reset_peak_memory();
  const std::unique_ptr<Workload> workload = make_workload(name, plan.options);
  workload->setup();
  const auto step = [&] {
    if (mode == Mode::train) {
      workload->train_step();
    } else {
      workload->infer_step();
    }
  };
  Progress progress(name + ", " + to_string(mode), plan.warm_up + plan.steps, "steps");
  for (int i = 0; i < plan.warm_up; ++i) {
    throw_if_interrupted();
    workload->next_batch();
    step();
    progress.advance();
  }
  OperationRecorder recorder(plan.clock);
  for (int i = 0; i < plan.steps; ++i) {
    throw_if_interrupted();
    workload->next_batch();
    recorder.begin_step();
    step();
    recorder.end_step();
    progress.advance();
  }
  WorkloadProfile profile;
  profile.workload = name;
  profile.variant = to_string(plan.options.variant);
  profile.mode = mode;
  profile.small = plan.options.small;
  profile.shape = workload->shape_text();
  profile.batch = workload->batch();
  profile.threads = plan.options.threads;
  profile.seed = plan.options.seed;
  profile.peak_mb = peak_memory_mb();
  profile.clock = plan.clock;
  profile.date = today();
  profile.cpu = cpu_name();
  profile.library = library_text();
  recorder.write_to(profile);
  last_step = recorder.last_step();
  return profile;
}

std::string heaviest(const WorkloadProfile& profile) {
  std::string text;
  int listed = 0;
  for (const CumulativeShare& row : cumulative_shares(profile)) {
    if (++listed > 4) break;
    text += (text.empty() ? "" : ", ") + std::string(operation_types()[row.type].name) + " " +
            fixed_text(100 * row.share, 0);
  }
  return text;
}

}  // namespace

int profile_command(const std::vector<std::string>& arguments) {
  po::options_description description;
  add_workload_options(description);
  description.add_options()("all", po::bool_switch(), "all eight workloads")(
      "steps", po::value<int>(), "measured steps (3)")(
      "warm-up", po::value<int>(), "steps before them (1)")("mode", po::value<std::string>(),
                                                            "train, infer or both (both)")(
      "clock", po::value<std::string>(), "wall (default) or processor time")(
      "reduced", po::bool_switch(), "residual and speech at a quarter of Fathom's batch")(
      "out", po::value<std::string>(), "folder for the profiles, new or of an earlier profile")(
      "quiet", po::bool_switch(), "no progress");
  const CommandLine line = parse_command_line("profile", description, arguments);
  std::vector<std::string> names = line.words;
  if (line.flag("all")) {
    if (!names.empty()) throw UserError("--all", names.front(), "takes no names beside it");
    for (const WorkloadFacts& each : workload_facts()) names.emplace_back(each.name);
  }
  if (names.empty()) throw UserError("fathom profile", "", "needs names of workloads, or --all");
  for (std::size_t i = 0; i < names.size(); ++i) {
    facts_of_workload(names[i]);
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw UserError("fathom profile", names[i], "is named twice");
    }
  }
  if (!line.has("out")) throw UserError("--out", "", "needs the folder for the profiles");
  Plan plan;
  plan.options = workload_options(line);
  plan.steps = positive(line, "steps", plan.steps);
  plan.warm_up = line.value("warm-up", plan.warm_up);
  check_in_range("--warm-up", plan.warm_up, Range<int>{0, 1000});
  const std::vector<int> threads = thread_counts(line);
  plan.clock = parse_enum<Clock>(line.value<std::string>("clock", "wall"), "--clock");
  if (plan.clock == Clock::processor && (threads.size() > 1 || threads.front() > 1)) {
    throw UserError("--clock", "processor", "needs --threads 1, because it sees one thread alone");
  }
  const std::string mode_text = line.value<std::string>("mode", "both");
  std::vector<Mode> modes = {Mode::train, Mode::infer};
  if (mode_text != "both") modes = {parse_enum<Mode>(mode_text, "--mode")};
  if (line.flag("quiet")) set_log_level(LogLevel::quiet);

  const auto options_of = [&](const std::string& name) {
    WorkloadOptions options = plan.options;
    const bool heavy = name == "residual" || name == "speech";
    if (line.flag("reduced") && heavy && options.batch == 0 && !options.small) {
      options.batch = facts_of_workload(name).batch / 4;
    }
    return options;
  };
  for (const std::string& name : names) {
    make_workload(name, options_of(name));  // refuses wrong options before the first step
    check_memory(name, options_of(name), available_memory_mb());
  }
  const std::string out = line.value<std::string>("out", "");
  OwnedFolder folder(out, "fathom-profile", [&] {
    throw UserError(out, "", "holds files that no profile made; needs a new or an empty folder");
  });
  folder.remove_earlier_files();
  TextTable table({"workload", "mode", "batch", "threads", "step, ms", "in operations, %",
                   "memory, MB", "heaviest types, %"});
  for (const std::string& name : names) {
    for (const Mode mode : modes) {
      for (const int count : threads) {
        Plan own = plan;
        own.options = options_of(name);
        own.options.threads = count;
        std::vector<TraceEvent> last_step;
        const WorkloadProfile profile = measured(name, mode, own, last_step);
        const std::string base = name + "-" + to_string(mode) + "-" + std::to_string(count);
        folder.write(base + ".profile.json", profile_json(profile));
        folder.write(base + ".csv", profile_csv(profile));
        folder.write(base + ".trace.json", chrome_trace(name, last_step));
        table.add({name, to_string(mode), std::to_string(profile.batch), std::to_string(count),
                   readable_number(median_step_us(profile) / 1000),
                   fixed_text(100 * share_inside_operations(profile), 0),
                   readable_number(profile.peak_mb), heaviest(profile)});
        for (const std::string& unknown : unknown_operations(profile)) {
          log_warning(name + ": " + unknown + " has no type, so no share counts it");
        }
      }
    }
  }
  print_text(table.text());
  return 0;
}

}  // namespace minerva::workloads
