#include "minerva/accelsim/worker_processes.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <new>
#include <stdexcept>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"

namespace minerva {
namespace {

constexpr std::uint64_t kNoTask = ~std::uint64_t{0};

/// What caller and children share: the next task to take, and where each child is.
struct Board {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> at[1];  ///< one a child

  static std::size_t bytes(std::size_t children) {
    return sizeof(Board) + children * sizeof(std::atomic<std::uint64_t>);
  }
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "shared between processes");

class SharedBoard {
 public:
  explicit SharedBoard(std::size_t children) : bytes_(Board::bytes(children)) {
    memory_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw ResourceFailure("shared memory of worker processes", errno);
    new (memory_) Board;
    for (std::size_t i = 0; i < children; ++i) {
      new (&(*this)->at[i]) std::atomic<std::uint64_t>(kNoTask);
    }
  }
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;
  ~SharedBoard() { ::munmap(memory_, bytes_); }
  Board* operator->() { return static_cast<Board*>(memory_); }

 private:
  std::size_t bytes_;
  void* memory_;
};

enum class Outcome : std::uint64_t { result, failure, out_of_memory };

/// Precedes the bytes of a result in a child's pipe.
struct Header {
  std::uint64_t task = 0;
  std::uint64_t bytes = 0;
  Outcome outcome = Outcome::result;
};

bool write_all(int descriptor, const void* data, std::size_t bytes) {
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor, at, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

/// A child's life: never returns, runs no exit handler and flushes no stream of the caller.
[[noreturn]] void work(SharedBoard& board, std::size_t child, std::size_t count, int pipe,
                       const std::function<std::string(std::size_t)>& task) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGPIPE, SIG_DFL);
  while (true) {
    const std::uint64_t i = board->next.fetch_add(1);
    if (i >= count) ::_exit(0);
    board->at[child] = i;
    Header header;
    header.task = i;
    std::string result;
    try {
      result = task(static_cast<std::size_t>(i));
    } catch (const std::bad_alloc&) {
      result.clear();
      header.outcome = Outcome::out_of_memory;
    } catch (const std::exception& error) {
      result = error.what();
      header.outcome = Outcome::failure;
    } catch (...) {
      result = "an unknown exception";
      header.outcome = Outcome::failure;
    }
    header.bytes = result.size();
    if (!write_all(pipe, &header, sizeof header) ||
        !write_all(pipe, result.data(), result.size())) {
      ::_exit(1);
    }
    board->at[child] = kNoTask;
  }
}

struct Child {
  pid_t id = -1;
  int pipe = -1;
  std::string bytes;  ///< received and not yet understood
};

/// The children; those still there at the end are killed.
class Children {
 public:
  explicit Children(std::size_t count) : all(count) {}
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (Child& child : all) {
      if (child.pipe >= 0) ::close(child.pipe);
      if (child.id <= 0) continue;
      ::kill(child.id, SIGKILL);
      wait_for(child);
    }
  }
  /// The status that the child ended with.
  static int wait_for(Child& child) {
    int status = 0;
    while (::waitpid(child.id, &status, 0) < 0 && errno == EINTR) {
    }
    child.id = -1;
    return status;
  }

  std::vector<Child> all;
};

std::string task_text(std::uint64_t task) {
  return task == kNoTask ? "between two tasks" : "at task " + std::to_string(task);
}

/// Reads what a child has sent; false at the end of its pipe.
bool receive(Child& child) {
  char block[1 << 16];
  const ssize_t got = ::read(child.pipe, block, sizeof block);
  if (got < 0) return errno == EINTR;
  child.bytes.append(block, static_cast<std::size_t>(got));
  return got > 0;
}

/// Checks how a child ended after its pipe did.
void check_end(Child& child, std::uint64_t at) {
  ::close(child.pipe);
  child.pipe = -1;
  const int status = Children::wait_for(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && child.bytes.empty() && at == kNoTask) return;
  const std::string how = WIFSIGNALED(status)
                              ? std::string("was ended by signal ") + strsignal(WTERMSIG(status))
                              : "exited with status " + std::to_string(WEXITSTATUS(status));
  throw std::runtime_error("a worker process " + how + " " + task_text(at));
}

}  // namespace

std::vector<std::string> run_in_processes(std::size_t count, int workers,
                                          const std::function<std::string(std::size_t)>& task,
                                          const std::function<void()>& on_done) {
  expects(workers >= 1, "run_in_processes: needs one worker or more");
  const std::size_t children_count = std::min(count, static_cast<std::size_t>(workers));
  SharedBoard board(children_count);
  Children children(children_count);
  for (std::size_t c = 0; c < children_count; ++c) {
    int ends[2];
    const std::string which =
        "worker process " + std::to_string(c + 1) + " of " + std::to_string(children_count);
    if (::pipe(ends) != 0) throw ResourceFailure("cannot open a pipe for " + which, errno);
    const pid_t id = ::fork();
    const int fork_error = errno;
    if (id == 0) {
      ::close(ends[0]);
      work(board, c, count, ends[1], task);
    }
    ::close(ends[1]);
    children.all[c].pipe = ends[0];
    if (id < 0) throw ResourceFailure("cannot start " + which, fork_error);
    children.all[c].id = id;
  }

  std::vector<std::string> results(count);
  std::vector<bool> have(count, false);
  std::size_t open = children_count;
  while (open > 0) {
    std::vector<pollfd> waiting;
    for (const Child& child : children.all) waiting.push_back({child.pipe, POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) {
        throw_if_interrupted();
        continue;
      }
      throw std::runtime_error("cannot wait for worker processes");
    }
    for (std::size_t c = 0; c < children_count; ++c) {
      Child& child = children.all[c];
      if (child.pipe < 0 || waiting[c].revents == 0) continue;
      const bool more = receive(child);
      Header header;
      while (child.bytes.size() >= sizeof header) {
        std::memcpy(&header, child.bytes.data(), sizeof header);
        if (child.bytes.size() - sizeof header < header.bytes) break;
        std::string result = child.bytes.substr(sizeof header, header.bytes);
        child.bytes.erase(0, sizeof header + header.bytes);
        if (header.outcome == Outcome::out_of_memory) throw std::bad_alloc();
        if (header.outcome == Outcome::failure) {
          throw std::runtime_error("task " + std::to_string(header.task) +
                                   " of a worker process: " + result);
        }
        const auto i = static_cast<std::size_t>(header.task);
        expects(i < count && !have[i], "run_in_processes: a result that was not asked for");
        results[i] = std::move(result);
        have[i] = true;
        if (on_done) on_done();
      }
      if (more) continue;
      check_end(child, board->at[c]);
      --open;
    }
  }
  expects(std::all_of(have.begin(), have.end(), [](bool b) { return b; }),
          "run_in_processes: a task without result");
  return results;
}

}  // namespace minerva
