#include "submit_local.hpp"

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/pipeline.hpp"
#include "minerva/run/child_process.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::flow {
namespace {

/// Between two looks at the workers, which run for a minute.
constexpr std::chrono::milliseconds kLook{20};

struct Worker {
  std::size_t shard;
  pid_t process;
  int restarts;
};

std::string log_of(const SubmitJob& job, std::size_t shard) {
  return job.folder + "/local/" + shard_log_name(shard) + ".out";
}

/// A worker for each shard, `most` of them at a time.
class Workers {
 public:
  explicit Workers(const SubmitJob& job) : job_(job) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// None outlives the program's care, whatever went wrong.
  ~Workers() { send(SIGTERM); }

  std::size_t running() const { return running_.size(); }
  void start(std::size_t shard, int restarts = 0) {
    running_.push_back({shard,
                        start_child(work_words(job_, std::to_string(shard)), {log_of(job_, shard)}),
                        restarts});
  }
  void send(int signal) const {
    for (const Worker& worker : running_) ::kill(worker.process, signal);
  }
  /// Takes those that have ended; `again` of them are started anew when a signal killed them.
  /// Returns how many shards are settled, well or not.
  int collect(bool again, std::vector<FailedShard>& failed) {
    int settled = 0;
    std::vector<Worker> killed;
    for (std::size_t i = 0; i < running_.size();) {
      const auto end = end_of_child(running_[i].process);
      if (!end) {
        ++i;
        continue;
      }
      const Worker worker = running_[i];
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      if (again && end->signal != 0 && worker.restarts < kRestarts) {
        killed.push_back(worker);
        log_warning("shard " + std::to_string(worker.shard) + ": its worker was killed by signal " +
                    std::to_string(end->signal) + ", starts it again");
        continue;
      }
      ++settled;
      if (end->exit_code != 0) {
        failed.push_back({worker.shard, end->exit_code, log_of(job_, worker.shard)});
      }
    }
    for (const Worker& worker : killed) start(worker.shard, worker.restarts + 1);
    return settled;
  }

 private:
  const SubmitJob& job_;
  std::vector<Worker> running_;
};

[[noreturn]] void stop(int signal, Workers& workers) {
  workers.send(signal);
  std::vector<FailedShard> stopped;
  while (workers.running() > 0) {
    workers.collect(false, stopped);
    std::this_thread::sleep_for(kLook);
  }
  throw RunStopped(signal, "stopped; the shards that are done stay, the same command goes on");
}

}  // namespace

std::vector<FailedShard> run_workers(const SubmitJob& job, int workers) {
  expects(workers >= 1, "work without workers");
  std::vector<FailedShard> failed;
  if (job.missing.empty()) return failed;
  make_folder(job.folder + "/local");
  Progress progress("shards", static_cast<std::int64_t>(job.missing.size()), "shards");
  Workers all(job);
  std::size_t next = 0;
  while (next < job.missing.size() || all.running() > 0) {
    if (const int signal = interruption_requested(); signal != 0) stop(signal, all);
    while (next < job.missing.size() && all.running() < static_cast<std::size_t>(workers)) {
      all.start(job.missing[next++]);
    }
    progress.advance(all.collect(true, failed));
    std::this_thread::sleep_for(kLook);
  }
  return failed;
}

int run_merge(const SubmitJob& job, const std::vector<std::string>& options,
              const std::string& log) {
  std::vector<std::string> words = merge_words(job, 0);
  words.insert(words.end(), options.begin(), options.end());
  const pid_t child = start_child(words, {log});
  int sent = 0;
  for (;;) {
    if (const auto end = end_of_child(child)) {
      if (sent != 0) throw RunStopped(sent, "stopped; the shards stay, minerva merge goes on");
      return end->exit_code;
    }
    if (const int signal = interruption_requested(); signal != sent) {
      ::kill(child, signal);
      sent = signal;
    }
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace minerva::flow
