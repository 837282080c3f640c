#include "submit_slurm.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "minerva/base/errors.hpp"

namespace minerva::flow {
namespace {

constexpr const char* kWordMarks = "._:,+=@/-";

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// A text in double quotes, as sbatch reads the lines that begin with #SBATCH.
std::string directive_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// A path as a literal part of the name of an output file, where % begins a pattern.
std::string literal_pattern(const std::string& path) {
  std::string literal;
  for (const char c : path) literal += c == '%' ? std::string("%%") : std::string(1, c);
  return literal;
}

/// A short name for squeue.
std::string job_name(const SubmitJob& job, const std::string& part) {
  std::string name =
      "minerva-" + std::filesystem::path(job.folder).filename().string() + "-" + part;
  for (char& c : name) {
    if (!is_letter_or_digit(c) && c != '.' && c != '-') c = '_';
  }
  return name;
}

std::string slurm_folder(const SubmitJob& job) { return job.folder + "/slurm"; }

/// The lines above the commands. @param output file name with sbatch's patterns.
std::string head(const SubmitJob& job, const SlurmRequest& request, const std::string& part,
                 const std::string& output, const std::vector<std::string>& more) {
  std::vector<std::string> directives = {
      "--job-name=" + job_name(job, part),
      "--output=" + directive_text(literal_pattern(slurm_folder(job)) + "/" + output),
      "--open-mode=append",
      "--requeue",
      "--ntasks=1",
      "--cpus-per-task=" + std::to_string(job.threads)};
  directives.insert(directives.end(), more.begin(), more.end());
  const std::pair<const char*, const std::string&> asked[] = {{"--time=", request.time},
                                                              {"--mem=", request.memory},
                                                              {"--partition=", request.partition},
                                                              {"--account=", request.account}};
  for (const auto& [option, value] : asked) {
    if (!value.empty()) directives.push_back(option + value);
  }
  std::string text = "#!/bin/sh\n# Written by minerva submit.\n";
  for (const std::string& directive : directives) text += "#SBATCH " + directive + "\n";
  return text;
}

/// The end of a script: a command that was killed is asked for again. By the script itself, since
/// Slurm's own requeue by exit code leaves an afterok dependency waiting for ever.
std::string tail(const std::string& slurm_job) {
  return "code=$?\n"
         "if [ \"$code\" -gt 128 ] && [ \"${SLURM_RESTART_COUNT:-0}\" -lt " +
         std::to_string(kRestarts) +
         " ]; then\n"
         "  echo \"killed by signal $((code - 128)), asks Slurm to run it again\" >&2\n"
         "  scontrol requeue \"" +
         slurm_job +
         "\"\n"
         "fi\n"
         "exit \"$code\"\n";
}

int digits_of_block(int max_array_size) {
  int digits = 0;
  for (int size = 10; size <= max_array_size && digits < 6; size *= 10) ++digits;
  return digits;
}

SlurmScript work_script(const SubmitJob& job, const SlurmRequest& request, std::size_t block,
                        int digits, std::size_t size, const std::vector<std::size_t>& shards) {
  std::vector<std::size_t> indices;
  for (const std::size_t shard : shards) indices.push_back(shard - block * size);
  std::string array = "--array=" + number_ranges(indices);
  if (request.max_running > 0) array += "%" + std::to_string(request.max_running);
  char prefix[32] = "";
  if (digits < 6) std::snprintf(prefix, sizeof prefix, "%0*zu", 6 - digits, block);
  const std::string index = digits == 0 ? "" : "%" + std::to_string(digits) + "a";
  const std::string part = "work-" + std::to_string(block);
  std::string text =
      head(job, request, part, "shard-" + std::string(prefix) + index + ".out", {array});
  text += "shard=$((" + std::to_string(block * size) + " + SLURM_ARRAY_TASK_ID))\n";
  // The shard's number is the one word that the shell is to fill in.
  text += shell_line({job.program, "work", job.folder, "--shard"}) + " \"$shard\" " +
          shell_line({"--threads", std::to_string(job.threads)}) + "\n";
  text += tail("${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}");
  return {slurm_folder(job) + "/" + part + ".sh", text, shards};
}

}  // namespace

void check_slurm_word(const std::string& option, const std::string& value) {
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return is_letter_or_digit(c) || std::string(kWordMarks).find(c) != std::string::npos;
  });
  if (value.empty() || !plain || value.front() == '-') {
    throw UserError(
        option, value,
        "needs one word as sbatch takes it, of letters, digits and " + std::string(kWordMarks));
  }
}

void check_slurm_path(const std::string& path) {
  for (const char c : path) {
    if (c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      throw UserError(path, "",
                      "needs a path without backslashes and control characters, which Slurm takes "
                      "for marks of its own in the name of an output file");
    }
  }
}

std::vector<SlurmScript> work_scripts(const SubmitJob& job, const SlurmRequest& request,
                                      int max_array_size) {
  expects(max_array_size >= 1, "job arrays without indices");
  const int digits = digits_of_block(max_array_size);
  std::size_t size = 1;
  for (int i = 0; i < digits; ++i) size *= 10;
  std::vector<SlurmScript> scripts;
  for (std::size_t first = 0; first < job.missing.size();) {
    const std::size_t block = job.missing[first] / size;
    std::vector<std::size_t> shards;
    for (; first < job.missing.size() && job.missing[first] / size == block; ++first) {
      shards.push_back(job.missing[first]);
    }
    scripts.push_back(work_script(job, request, block, digits, size, shards));
  }
  return scripts;
}

SlurmScript merge_script(const SubmitJob& job, const SlurmRequest& request) {
  return {slurm_folder(job) + "/merge.sh",
          head(job, request, "merge", "merge.out", {}) + shell_line(merge_words(job, job.threads)) +
              "\n" + tail("$SLURM_JOB_ID"),
          {}};
}

std::vector<std::string> sbatch_words(const SlurmScript& script,
                                      const std::vector<std::string>& after) {
  std::vector<std::string> words = {"sbatch", "--parsable"};
  if (!after.empty()) {
    std::string dependency = "--dependency=afterok";
    for (const std::string& job : after) dependency += ":" + job;
    words.push_back(dependency);
    words.push_back("--kill-on-invalid-dep=yes");
  }
  words.push_back(script.file);
  return words;
}

std::vector<std::string> overriding_variables(const SlurmRequest& request) {
  std::vector<std::string> names = {"SBATCH_ARRAY_INX", "SBATCH_OUTPUT",      "SBATCH_ERROR",
                                    "SBATCH_OPEN_MODE", "SBATCH_NO_REQUEUE",  "SBATCH_JOB_NAME",
                                    "SBATCH_WAIT",      "SLURM_RESTART_COUNT"};
  if (!request.time.empty()) names.push_back("SBATCH_TIMELIMIT");
  if (!request.memory.empty()) {
    names.insert(names.end(), {"SBATCH_MEM_PER_NODE", "SBATCH_MEM_PER_CPU", "SBATCH_MEM_PER_GPU"});
  }
  if (!request.partition.empty()) names.push_back("SBATCH_PARTITION");
  if (!request.account.empty()) names.push_back("SBATCH_ACCOUNT");
  return names;
}

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || std::string(kWordMarks).find(c) != std::string::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_word(word);
  return line;
}

}  // namespace minerva::flow
