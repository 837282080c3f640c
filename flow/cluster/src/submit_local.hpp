#pragma once
#include <string>
#include <vector>

#include "submit_job.hpp"

namespace minerva::flow {

/// A shard whose worker did not do it.
struct FailedShard {
  std::size_t shard;
  int exit_code;    ///< of the worker's last start; 128 and the signal that killed it
  std::string log;  ///< file with what the worker said
};

/// Computes the missing shards with `workers` processes of this machine at a time, each with a log
/// in DIR/local. A worker that a signal killed is started again, up to kRestarts times; one that
/// ends with an error leaves its shard failed and the others going on. Throws RunStopped once a
/// stop was asked for and the workers have ended: what they have done so far stays.
std::vector<FailedShard> run_workers(const SubmitJob& job, int workers);

/// Merges in a process of its own, with more options; its exit code. What it prints goes to this
/// one's standard output, or to the end of a file where `log` names one.
int run_merge(const SubmitJob& job, const std::vector<std::string>& options,
              const std::string& log);

}  // namespace minerva::flow
