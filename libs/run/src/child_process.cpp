#include "minerva/run/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"

namespace minerva::flow {
namespace {

[[noreturn]] void fail(int error, const std::string& what) { throw ResourceFailure(what, error); }

void check(int error, const std::string& what) {
  if (error != 0) fail(error, what);
}

/// What posix_spawn is told, and its end.
class SpawnOptions {
 public:
  SpawnOptions() {
    check(::posix_spawn_file_actions_init(&files_), "posix_spawn");
    check(::posix_spawnattr_init(&attributes_), "posix_spawn");
    // The child of a program that ignores signals would ignore them, too.
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGXFSZ}) ::sigaddset(&signals, signal);
    check(::posix_spawnattr_setsigdefault(&attributes_, &signals), "posix_spawn");
    flags_ = POSIX_SPAWN_SETSIGDEF;
  }
  ~SpawnOptions() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;

  void read_nothing() {
    check(::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
          "posix_spawn");
  }
  void write_to(int standard_output, int standard_error) {
    check(::posix_spawn_file_actions_adddup2(&files_, standard_output, STDOUT_FILENO),
          "posix_spawn");
    check(::posix_spawn_file_actions_adddup2(&files_, standard_error, STDERR_FILENO),
          "posix_spawn");
  }
  void in_a_group_of_its_own() {
    check(::posix_spawnattr_setpgroup(&attributes_, 0), "posix_spawn");
    flags_ |= POSIX_SPAWN_SETPGROUP;
  }

  enum class Sought { in_path, as_named };
  /// 0, or the reason why there is no child.
  int spawn(const std::vector<std::string>& words, const std::vector<char*>& environment,
            Sought sought, pid_t& child) {
    expects(!words.empty(), "a program without a name");
    check(::posix_spawnattr_setflags(&attributes_, flags_), "posix_spawn");
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const auto start = sought == Sought::in_path ? ::posix_spawnp : ::posix_spawn;
    return start(&child, words[0].c_str(), &files_, &attributes_, arguments.data(),
                 environment.data());
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
  short flags_ = 0;
};

std::vector<char*> environment_without(const std::vector<std::string>& names) {
  std::vector<char*> kept;
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const std::string name = text.substr(0, text.find('='));
    if (std::find(names.begin(), names.end(), name) == names.end()) kept.push_back(*variable);
  }
  kept.push_back(nullptr);
  return kept;
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File temporary_file() {
  File file(std::tmpfile(), std::fclose);
  if (file == nullptr) fail(errno, "a temporary file");
  return file;
}

std::string whole(const File& file) {
  std::string text;
  std::rewind(file.get());
  char part[4096];
  for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, file.get())) > 0;) {
    text.append(part, n);
  }
  return text;
}

ChildEnd end_of(int status) {
  if (WIFSIGNALED(status)) return {128 + WTERMSIG(status), WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

/// Waits for the end of a child, or kills its group when the command is interrupted.
int status_of(pid_t child, bool until_interrupted, const std::string& name) {
  constexpr std::chrono::milliseconds kFirstLook{1};  // assumptions: a signal is answered within
  constexpr std::chrono::milliseconds kLastLook{20};  // the blink of an eye, at no cost
  std::chrono::milliseconds look = kFirstLook;
  int status = 0;
  for (bool killed = false;;) {
    const bool waits = killed || !until_interrupted;
    const pid_t ended = ::waitpid(child, &status, waits ? 0 : WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) fail(errno, name);
    if (waits || ended < 0) continue;
    if (interruption_requested() != 0) {
      ::kill(-child, SIGKILL);
      killed = true;
    } else {
      std::this_thread::sleep_for(look);
      look = std::min(2 * look, kLastLook);
    }
  }
  if (until_interrupted) throw_if_interrupted();
  return status;
}

std::optional<ChildOutput> run(const std::vector<std::string>& words,
                               const std::vector<std::string>& without_variables,
                               bool until_interrupted) {
  // Files, not pipes: a child that writes much to both never waits for its reader.
  const File output = temporary_file();
  const File error = temporary_file();
  SpawnOptions options;
  options.read_nothing();
  options.write_to(::fileno(output.get()), ::fileno(error.get()));
  if (until_interrupted) options.in_a_group_of_its_own();
  pid_t child = 0;
  const int reason = options.spawn(words, environment_without(without_variables),
                                   SpawnOptions::Sought::in_path, child);
  if (reason == ENOENT) return std::nullopt;
  check(reason, words[0]);
  const int status = status_of(child, until_interrupted, words[0]);
  return ChildOutput{end_of(status), whole(output), whole(error)};
}

}  // namespace

std::optional<ChildOutput> run_child(const std::vector<std::string>& words,
                                     const std::vector<std::string>& without_variables) {
  return run(words, without_variables, false);
}

std::optional<ChildOutput> run_child_until_interrupted(
    const std::vector<std::string>& words, const std::vector<std::string>& without_variables) {
  return run(words, without_variables, true);
}

pid_t start_child(const std::vector<std::string>& words, const ChildLog& log) {
  SpawnOptions options;
  options.read_nothing();
  options.in_a_group_of_its_own();
  int file = -1;
  if (!log.file.empty()) {
    file = ::open(log.file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0)
      throw UserError(log.file, "", "cannot open it: " + std::string(std::strerror(errno)));
    options.write_to(file, file);
  }
  pid_t child = 0;
  const int reason =
      options.spawn(words, environment_without({}), SpawnOptions::Sought::as_named, child);
  if (file >= 0) ::close(file);
  check(reason, words[0]);
  return child;
}

std::optional<ChildEnd> end_of_child(pid_t child) {
  int status = 0;
  const pid_t ended = ::waitpid(child, &status, WNOHANG);
  if (ended < 0 && errno != EINTR) fail(errno, "waitpid");
  if (ended != child) return std::nullopt;
  return end_of(status);
}

}  // namespace minerva::flow
