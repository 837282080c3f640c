#include "submit_job.hpp"

#include <cstdio>

#include "minerva/core/errors.hpp"

namespace minerva::flow {

std::vector<std::string> work_words(const SubmitJob& job, const std::string& shard) {
  return {
      job.program, "work", job.folder, "--shard", shard, "--threads", std::to_string(job.threads)};
}

std::vector<std::string> merge_words(const SubmitJob& job) {
  return {job.program, "merge", job.folder};
}

std::string shard_log_name(int shard) {
  char name[32];
  std::snprintf(name, sizeof name, "shard-%06d", shard);
  return name;
}

std::string number_ranges(const std::vector<int>& numbers) {
  std::string text;
  for (std::size_t first = 0; first < numbers.size();) {
    std::size_t last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    expects(last + 1 == numbers.size() || numbers[last + 1] > numbers[last],
            "numbers that do not ascend");
    text += (text.empty() ? "" : ",") + std::to_string(numbers[first]);
    if (last > first) text += "-" + std::to_string(numbers[last]);
    first = last + 1;
  }
  return text;
}

}  // namespace minerva::flow
