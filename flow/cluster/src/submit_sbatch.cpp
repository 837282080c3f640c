#include "submit_sbatch.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "minerva/run/child_process.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/json/text_limits.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::flow {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kJobsSchema = "minerva-slurm-jobs-1";

std::string jobs_file(const SubmitJob& job) { return job.folder + "/slurm/jobs.json"; }

/// What a program of Slurm said, on one line and without its own name.
std::string complaint(const ChildOutput& output) {
  std::istringstream lines(output.standard_error + output.standard_output);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    for (const char* prefix : {"sbatch: ", "squeue: ", "scontrol: ", "error: "}) {
      if (line.rfind(prefix, 0) == 0) line.erase(0, std::string(prefix).size());
    }
    if (!line.empty()) text += (text.empty() ? "" : "; ") + line;
  }
  return text.empty() ? "code " + std::to_string(output.end.exit_code) : text;
}

[[noreturn]] void no_such_program(const std::string& program) {
  throw UserError(program, "",
                  "not found; needs a machine of a Slurm cluster with its programs in PATH, or "
                  "--engine local");
}

std::string listed(const std::vector<SlurmJob>& jobs, const char* between) {
  std::string text;
  for (const SlurmJob& job : jobs) text += (text.empty() ? "" : between) + job.id;
  return text;
}

/// Jobs that an earlier submit has noted down.
std::vector<std::string> noted_jobs(const SubmitJob& job) {
  if (!fs::exists(jobs_file(job))) return {};
  std::vector<std::string> ids;
  try {
    const std::string text = read_file(jobs_file(job));
    json::check_limits(text, jobs_file(job));
    const Json noted = Json::parse(text);
    if (noted.at("schema") != kJobsSchema) throw std::invalid_argument("schema");
    for (const Json& one : noted.at("jobs")) {
      ids.push_back(one.at("job").get<std::string>());
      // It becomes an argument of squeue and sbatch.
      const bool is_number = ids.back().find_first_not_of("0123456789") == std::string::npos;
      if (ids.back().empty() || !is_number) throw std::invalid_argument("job");
    }
  } catch (const std::exception&) {
    throw UserError(jobs_file(job), "",
                    "is not what minerva submit wrote; needs to be removed, once squeue shows none "
                    "of this plan's jobs");
  }
  return ids;
}

/// Throws UserError when one of the jobs is waiting or running.
void check_queue(const SubmitJob& job, const std::vector<std::string>& ids) {
  if (ids.empty()) return;
  std::string wanted;
  for (const std::string& id : ids) wanted += (wanted.empty() ? "" : ",") + id;
  const auto output = run_child({"squeue", "--noheader", "--jobs=" + wanted, "--format=%F %j"});
  if (!output) no_such_program("squeue");
  if (output->end.exit_code != 0) {
    // Of jobs long gone Slurm knows nothing.
    if (output->standard_error.find("Invalid job id") != std::string::npos) return;
    throw UserError("squeue", complaint(*output), "refused; needs a Slurm that answers");
  }
  std::istringstream lines(output->standard_output);
  std::vector<std::string> queued;
  for (std::string id, name; lines >> id >> name;) {
    // A number may have come round to another's job.
    if (name.rfind("minerva-", 0) != 0) continue;
    if (std::find(queued.begin(), queued.end(), id) == queued.end()) queued.push_back(id);
  }
  if (queued.empty()) return;
  std::string all;
  for (const std::string& id : queued) all += " " + id;
  throw UserError(job.folder, "",
                  "jobs" + all +
                      " of an earlier submit are still in the queue; needs their end, or scancel" +
                      all + " first");
}

void note(const SubmitJob& job, const std::vector<SlurmJob>& jobs) {
  Json noted = {{"schema", kJobsSchema}, {"jobs", Json::array()}};
  for (const SlurmJob& one : jobs) {
    noted["jobs"].push_back(
        {{"job", one.id}, {"script", one.script}, {"shards", number_ranges(one.shards)}});
  }
  write_file(jobs_file(job), noted.dump(2) + "\n");
}

/// The number that sbatch --parsable prints: "12" or, of several clusters, "12;name".
std::string job_id(const ChildOutput& output) {
  const std::string& text = output.standard_output;
  const std::string id = text.substr(0, text.find_first_of(";\n"));
  const bool number =
      !id.empty() && std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number) throw UserError("sbatch", text, "needs to answer with the number of the job");
  return id;
}

/// Writes a script and submits it. What stood under its name comes back when sbatch refuses it.
std::string submit(const SlurmScript& script, const std::vector<std::string>& after,
                   const SlurmRequest& request) {
  std::optional<std::string> before;
  if (fs::exists(script.file)) before = read_file(script.file);
  write_file(script.file, script.text);
  const auto take_back = [&] {
    if (before) {
      write_file(script.file, *before);
    } else {
      remove_file(script.file);
    }
  };
  const auto output = run_child(sbatch_words(script, after), overriding_variables(request));
  if (!output) {
    take_back();
    no_such_program("sbatch");
  }
  if (output->end.exit_code != 0) {
    take_back();
    throw UserError("sbatch", complaint(*output),
                    "refused " + fs::path(script.file).filename().string());
  }
  return job_id(*output);
}

std::vector<SlurmScript> scripts_of(const SubmitJob& job, const SlurmRequest& request,
                                    int array_limit) {
  std::vector<SlurmScript> scripts = work_scripts(job, request, array_limit);
  if (job.merges) scripts.push_back(merge_script(job, request));
  return scripts;
}

}  // namespace

std::optional<int> max_array_size() {
  const auto output = run_child({"scontrol", "show", "config"});
  if (!output) return std::nullopt;
  if (output->end.exit_code != 0) {
    throw UserError("scontrol show config", complaint(*output), "needs a Slurm that answers");
  }
  std::istringstream lines(output->standard_output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    std::string equals;
    std::string value;
    if (!(words >> key >> equals >> value) || key != "MaxArraySize") continue;
    int size = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
    if (error == std::errc() && end == value.data() + value.size() && size >= 1) {
      return size;
    }
    throw UserError("MaxArraySize", value,
                    "needs a Slurm with job arrays: 1 or more in slurm.conf");
  }
  throw UserError("scontrol show config", "", "needs to name MaxArraySize");
}

std::vector<SlurmJob> submit_to_slurm(const SubmitJob& job, const SlurmRequest& request) {
  check_slurm_path(job.folder);
  const std::optional<int> array_limit = max_array_size();
  if (!array_limit) no_such_program("scontrol");
  check_queue(job, noted_jobs(job));
  const std::string folder = job.folder + "/slurm";
  const bool new_folder = Folder::make(folder).was_made();
  std::vector<SlurmJob> jobs;
  for (const SlurmScript& script : scripts_of(job, request, *array_limit)) {
    std::vector<std::string> after;
    if (script.shards.empty()) {
      for (const SlurmJob& one : jobs) after.push_back(one.id);
    }
    log_info("submitting " + script.file);  // a full queue keeps sbatch for two minutes
    try {
      jobs.push_back({submit(script, after, request), fs::path(script.file).filename().string(),
                      script.shards});
    } catch (const UserError& error) {
      std::error_code ignored;
      if (new_folder && jobs.empty()) fs::remove(folder, ignored);
      if (jobs.empty()) throw;
      throw UserError(job.folder, "",
                      std::string(error.what()) + "; submitted before it: " + listed(jobs, " ") +
                          ", which nothing merges; needs scancel " + listed(jobs, " ") +
                          ", or their end and minerva submit again");
    }
    note(job, jobs);
  }
  return jobs;
}

std::string dry_run_text(const SubmitJob& job, const SlurmRequest& request, int array_limit) {
  check_slurm_path(job.folder);
  std::string text;
  std::string lines;
  std::vector<std::string> after;
  for (const SlurmScript& script : scripts_of(job, request, array_limit)) {
    text += "# " + script.file + "\n" + script.text + "\n";
    const std::string name = fs::path(script.file).stem().string();
    lines += shell_line(
                 sbatch_words(script, script.shards.empty() ? after : std::vector<std::string>())) +
             "\n";
    after.push_back("JOB_OF_" + name);
  }
  return text + lines;
}

}  // namespace minerva::flow
