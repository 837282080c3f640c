#pragma once
#include <optional>
#include <string>
#include <vector>

#include "submit_slurm.hpp"

namespace minerva::flow {

/// A script that Slurm took.
struct SlurmJob {
  std::string id;
  std::string script;               ///< plain name in DIR/slurm
  std::vector<std::size_t> shards;  ///< none: the merge
};

/// Slurm's own, where slurm.conf says nothing (slurm.conf(5)).
constexpr int kDefaultMaxArraySize = 1001;
/// MaxArraySize of the cluster, by scontrol; nothing where there is no such program. Throws
/// UserError when it answers with an error, or that there are no job arrays.
std::optional<int> max_array_size();

/// Writes the scripts into DIR/slurm and submits them, the merge behind all arrays; keeps the jobs
/// in DIR/slurm/jobs.json as they are taken. Throws UserError when Slurm is not there, when jobs of
/// an earlier submit are still in the queue, and when sbatch refuses a script; what stood under the
/// name of a refused script stays.
std::vector<SlurmJob> submit_to_slurm(const SubmitJob& job, const SlurmRequest& request);

/// The scripts and the lines that submit them, as submit_to_slurm would have them.
std::string dry_run_text(const SubmitJob& job, const SlurmRequest& request, int array_limit);

}  // namespace minerva::flow
