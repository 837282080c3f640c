#pragma once
#include <string>
#include <utility>
#include <vector>

#include "submit_job.hpp"

namespace minerva::flow {

/// What is asked of Slurm for a task; empty and 0: what the cluster gives by default.
struct SlurmRequest {
  std::string time;       ///< as sbatch --time
  std::string memory;     ///< of a task, as sbatch --mem
  std::string partition;  ///< as sbatch --partition
  std::string account;    ///< as sbatch --account
  int max_running = 0;    ///< tasks of an array that may run at a time
};

/// A batch script and the file it goes to.
struct SlurmScript {
  std::string file;  ///< absolute
  std::string text;
  std::vector<std::size_t> shards;  ///< of an array; none: the merge
};

/// Throws UserError(option, value, ..) for a text that could be more than one word of a script.
void check_slurm_word(const std::string& option, const std::string& value);
/// Throws UserError for a path that sbatch cannot take as part of the name of an output file.
void check_slurm_path(const std::string& path);

/// Scripts of job arrays over the missing shards. Shards are cut by number into blocks of the
/// largest power of ten that `max_array_size` allows, so that a log bears the number of its shard;
/// a block without a missing shard has no script. @param max_array_size of slurm.conf: indices of
/// an array stay below it.
std::vector<SlurmScript> work_scripts(const SubmitJob& job, const SlurmRequest& request,
                                      int max_array_size);
/// The script of the job that merges.
SlurmScript merge_script(const SubmitJob& job, const SlurmRequest& request);

/// The words that submit a script once the `after` jobs have ended well.
std::vector<std::string> sbatch_words(const SlurmScript& script,
                                      const std::vector<std::string>& after);
/// Variables of the environment that would win over what the scripts say, or make sbatch wait.
std::vector<std::string> overriding_variables(const SlurmRequest& request);

/// One word of a shell command line.
std::string shell_word(const std::string& text);
std::string shell_line(const std::vector<std::string>& words);

}  // namespace minerva::flow
