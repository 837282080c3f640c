#include "submit_command.hpp"

#include <omp.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "json_output.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/cluster/plan_folder.hpp"
#include "planned_work.hpp"
#include "submit_local.hpp"
#include "submit_sbatch.hpp"

namespace minerva::flow {
namespace {

namespace fs = std::filesystem;

/// More threads than any machine of a cluster has; an assumption.
constexpr int kMostThreads = 4096;
constexpr std::size_t kMostNamed = 10;  ///< failed shards on the screen

int number(const CommandCall& call, const std::string& option, int otherwise) {
  if (!call.has(option)) return otherwise;
  return parse_number(call.value(option), "--" + option, Range<int>{1, kMostThreads});
}

void refuse_of_other_engine(const CommandCall& call, const std::vector<std::string>& options,
                            const std::string& engine) {
  for (const std::string& option : options) {
    if (call.has(option)) {
      throw UserError("--" + option, call.value(option), "is an option of --engine " + engine);
    }
  }
}

SlurmRequest slurm_request(const CommandCall& call) {
  SlurmRequest request;
  const auto word = [&](const std::string& option) {
    if (!call.has(option)) return std::string();
    check_slurm_word("--" + option, call.value(option));
    return call.value(option);
  };
  request.time = word("time");
  request.memory = word("memory");
  request.partition = word("partition");
  request.account = word("account");
  if (call.has("max-running")) {
    request.max_running =
        parse_number(call.value("max-running"), "--max-running", Range<int>{1, 1000000});
  }
  return request;
}

std::string last_line(const std::string& file) {
  std::ifstream text(file);
  std::string last;
  for (std::string line; std::getline(text, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

/// For a merge that says as much as this command was asked to.
std::vector<std::string> options_of_the_log(const CommandCall& call) {
  if (call.has("quiet")) return {"--quiet"};
  return {"--log-level", call.value("log-level")};
}

/// For a look at scripts on a machine that is not of the cluster.
int max_array_size_or_default() {
  std::string why = "scontrol not found";
  try {
    if (const auto asked = max_array_size()) return *asked;
  } catch (const UserError& error) {
    why = error.what();
  }
  log_warning(why + "; takes Slurm's own MaxArraySize, " + std::to_string(kDefaultMaxArraySize));
  return kDefaultMaxArraySize;
}

int submit_to_engine_slurm(const CommandCall& call, const SubmitJob& job) {
  const SlurmRequest request = slurm_request(call);
  if (call.has("dry-run")) {
    const int max_array_size = max_array_size_or_default();
    const std::string text = dry_run_text(job, request, max_array_size);
    print_text(text);
    print_document({{"schema", "minerva-submit-1"}, {"engine", "slurm"}, {"dry_run", text}});
    return 0;
  }
  std::string text;
  std::string ids;
  Json jobs = Json::array();
  for (const SlurmJob& one : submit_to_slurm(job, request)) {
    const std::string shards = number_ranges(one.shards);
    text += "job " + one.id + "   slurm/" + one.script +
            (shards.empty() ? "" : "   shards " + shards) + "\n";
    ids += (ids.empty() ? "" : ",") + one.id;
    jobs.push_back({{"job", one.id}, {"script", one.script}, {"shards", shards}});
  }
  if (jobs.empty()) text = "nothing to submit: every shard is there\n";
  if (!ids.empty()) text += "logs    " + job.folder + "/slurm\nqueue   squeue --jobs=" + ids + "\n";
  print_text(text);
  print_document({{"schema", "minerva-submit-1"}, {"engine", "slurm"}, {"jobs", jobs}});
  return 0;
}

int submit_to_engine_local(const CommandCall& call, const SubmitJob& job) {
  const int workers = number(call, "workers", std::max(1, omp_get_num_procs() / job.threads));
  if (call.has("dry-run")) {
    std::string text;
    for (const std::size_t shard : job.missing) {
      text += shell_line(work_words(job, std::to_string(shard))) + "\n";
    }
    if (job.merges) text += shell_line(merge_words(job, 0)) + "\n";
    print_text(text);
    print_document({{"schema", "minerva-submit-1"}, {"engine", "local"}, {"dry_run", text}});
    return 0;
  }
  const std::vector<FailedShard> failed = run_workers(job, workers);
  const bool only_mistakes = std::all_of(failed.begin(), failed.end(),
                                         [](const FailedShard& one) { return one.exit_code == 2; });
  int code = failed.empty() ? 0 : only_mistakes ? 2 : 1;
  Json named = Json::array();
  for (std::size_t i = 0; i < failed.size(); ++i) {
    const FailedShard& one = failed[i];
    named.push_back({{"shard", one.shard}, {"exit_code", one.exit_code}, {"log", one.log}});
    if (i >= kMostNamed) continue;
    log_failure("shard " + std::to_string(one.shard) + " failed with code " +
              std::to_string(one.exit_code) + ": " + last_line(one.log) + " (" + one.log + ")");
  }
  if (failed.size() > kMostNamed) {
    log_failure(std::to_string(failed.size() - kMostNamed) + " more shards failed; minerva status " +
              shell_word(job.folder) + " names them");
  }
  const bool merges = job.merges && failed.empty();
  if (merges) {
    // Standard output holds one document: what the merge prints goes elsewhere.
    const std::string log =
        output_form() == OutputForm::json ? job.folder + "/local/merge.out" : std::string();
    if (!log.empty()) make_folder(job.folder + "/local");
    code = run_merge(job, options_of_the_log(call), log);
    if (code != 0 && !log.empty()) log_failure("minerva merge: " + last_line(log) + " (" + log + ")");
  }
  print_document({{"schema", "minerva-submit-1"},
                  {"engine", "local"},
                  {"computed", job.missing.size() - failed.size()},
                  {"failed", named},
                  {"merged", merges && code == 0}});
  return code;
}

/// This program's own file, which workers are to run.
std::string own_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error || !fs::exists(program, error)) {
    throw UserError(program.string(), "", "needs the program's file to be where it was started");
  }
  return program.string();
}

SubmitJob job_of(const CommandCall& call) {
  const PlanFolder plan(plan_folder_of(call));
  if (!call.has("dry-run")) plan.remove_leftovers();
  // Every byte is looked at: a damaged shard is computed again.
  const PlanStatus status = look_at(plan, Look::at_all);
  SubmitJob job;
  job.folder = fs::canonical(plan.path()).string();
  job.program = own_program();
  job.missing = status.wanting();
  job.threads = number(call, "cpus", 1);
  job.merges = !call.has("no-merge");
  if (job.merges && !status.foreign.empty()) {
    throw UserError(job.folder, "",
                    "shards/" + status.foreign.front() +
                        " is foreign and would keep the shards from being merged; needs to be "
                        "moved away");
  }
  return job;
}

}  // namespace

int submit_command(const CommandCall& call) {
  const std::string engine = call.has("engine") ? call.value("engine") : "";
  if (engine.empty()) throw UserError("submit", "", "needs --engine slurm or --engine local");
  const SubmitJob job = job_of(call);
  if (engine == "slurm") {
    refuse_of_other_engine(call, {"workers"}, "local");
    return submit_to_engine_slurm(call, job);
  }
  refuse_of_other_engine(call, {"time", "memory", "partition", "account", "max-running"}, "slurm");
  return submit_to_engine_local(call, job);
}

}  // namespace minerva::flow
