#include "submit_job.hpp"

#include <cstdio>

#include "minerva/cluster/share.hpp"

namespace minerva::flow {

std::vector<std::string> work_words(const SubmitJob& job, const std::string& shard) {
  return {
      job.program, "work", job.folder, "--shard", shard, "--threads", std::to_string(job.threads)};
}

std::vector<std::string> merge_words(const SubmitJob& job, int threads) {
  std::vector<std::string> words = {job.program, "merge", job.folder};
  if (threads > 0) words.insert(words.end(), {"--threads", std::to_string(threads)});
  return words;
}

std::string shard_log_name(std::size_t shard) {
  char name[32];
  std::snprintf(name, sizeof name, "shard-%06zu", shard);
  return name;
}

std::string number_ranges(const std::vector<std::size_t>& numbers) {
  return to_string(share_of({numbers.begin(), numbers.end()}));
}

}  // namespace minerva::flow
