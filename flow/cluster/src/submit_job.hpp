#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace minerva::flow {

/// How often a worker or a merge that was killed by a signal is started again. An assumption: who
/// dies four times dies of the work, not of the machine.
constexpr int kRestarts = 3;

/// What an engine is to do.
struct SubmitJob {
  std::string folder;                ///< of the plan, absolute
  std::string program;               ///< minerva, absolute
  std::vector<std::size_t> missing;  ///< numbers of the shards to be computed, ascending
  int threads = 1;                   ///< of a worker
  bool merges = true;                ///< whether the results are merged at the end
};

/// The words that compute one shard.
std::vector<std::string> work_words(const SubmitJob& job, const std::string& shard);
/// The words that merge them all, on so many threads; 0: all of the machine's.
std::vector<std::string> merge_words(const SubmitJob& job, int threads);

/// "shard-000017": the name of a shard's log, without its ending.
std::string shard_log_name(std::size_t shard);

/// "0-7,9": ascending numbers as ranges.
std::string number_ranges(const std::vector<std::size_t>& numbers);

}  // namespace minerva::flow
