#pragma once
#include <string>
#include <vector>

#include "submit_slurm.hpp"

namespace minerva::flow {

/// A script that Slurm took.
struct SlurmJob {
  std::string id;
  std::string script;       ///< plain name in DIR/slurm
  std::vector<int> shards;  ///< none: the merge
};

/// What slurm.conf says, or what Slurm has by default where there is no Slurm to ask.
struct ArrayLimit {
  int max_array_size;
  bool asked;  ///< false: the default
};
/// Asks scontrol. Throws UserError when it answers with an error.
ArrayLimit array_limit();

/// Writes the scripts into DIR/slurm and submits them, the merge behind all arrays; keeps the jobs
/// in DIR/slurm/jobs.json as they are taken. Throws UserError when Slurm is not there, when jobs of
/// an earlier submit are still in the queue, and when sbatch refuses a script; what stood under the
/// name of a refused script stays.
std::vector<SlurmJob> submit_to_slurm(const SubmitJob& job, const SlurmRequest& request);

/// The scripts and the lines that submit them, as submit_to_slurm would have them.
std::string dry_run_text(const SubmitJob& job, const SlurmRequest& request, int max_array_size);

}  // namespace minerva::flow
