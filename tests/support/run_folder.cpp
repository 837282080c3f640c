#include "run_folder.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "program.hpp"

namespace minerva::test {

namespace fs = std::filesystem;

std::map<std::string, std::string> results_in(const std::string& run) {
  std::map<std::string, std::string> results;
  for (const auto& entry : fs::directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || name == "config.resolved.cfg" || name == ".lock") continue;
    results[name] = read_whole(entry.path().string());
  }
  return results;
}

std::map<std::string, std::string> everything_in(const std::string& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = std::filesystem::relative(entry.path(), folder).string();
    all[name] = entry.is_directory() ? "a folder" : read_whole(entry.path().string());
  }
  return all;
}

std::string difference(const std::map<std::string, std::string>& one,
                       const std::map<std::string, std::string>& other) {
  for (const auto& [name, bytes] : one) {
    const auto found = other.find(name);
    if (found == other.end()) return name + " is missing in the second";
    if (found->second == bytes) continue;
    std::istringstream first(bytes);
    std::istringstream second(found->second);
    std::string a;
    std::string b;
    for (int line = 1;; ++line) {
      const bool more_a = static_cast<bool>(std::getline(first, a));
      const bool more_b = static_cast<bool>(std::getline(second, b));
      if (!more_a && !more_b) return name + " differs";
      if (a == b && more_a == more_b) continue;
      return name + ":" + std::to_string(line) + ": '" + a.substr(0, 200) + "' and '" +
             b.substr(0, 200) + "'";
    }
  }
  for (const auto& [name, bytes] : other) {
    if (one.count(name) == 0) return name + " is missing in the first";
  }
  return "";
}

std::vector<std::string> unfinished_files(const std::string& run) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    for (const char* mark : {".partial", ".part", ".checkpoint", ".new"}) {
      const std::string ending = mark;
      if (name.size() > ending.size() &&
          name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
        names.push_back(fs::relative(entry.path(), run).string());
      }
    }
  }
  return names;
}

std::vector<std::string> stages_done(const std::string& log) {
  std::vector<std::string> stages;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find(" stage ");
    if (at == std::string::npos) continue;
    const std::size_t end = line.find(": ", at);
    if (end == std::string::npos) continue;
    const std::string label = line.substr(at + 7, end - at - 7);
    const std::string what = line.substr(end + 2);
    if (what.rfind("again, ", 0) != 0 && what.rfind("starting", 0) != 0) continue;
    stages.push_back(label.substr(label.find(' ') + 1));
  }
  return stages;
}

pid_t start_minerva(const std::string& folder, const std::vector<std::string>& arguments,
                    const std::string& log) {
  std::vector<std::string> words = {MINERVA_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string log_path = folder + "/" + log;
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    const int output = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (output < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) ::_exit(127);
    if (::chdir(folder.c_str()) != 0) ::_exit(127);
    // A shell lets what it starts in the background ignore SIGINT, and the program respects that.
    ::signal(SIGINT, SIG_DFL);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  return child;
}

int exit_code_of(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace minerva::test
