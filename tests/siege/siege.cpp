#include "siege.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "run_folder.hpp"

namespace minerva::test {

Siege::Siege(int argc, char** argv, int count)
    : count_(argc > 1 ? std::atoi(argv[1]) : count),
      seed_(argc > 2 ? static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10))
                     : std::random_device()() % 1000000),
      random_(seed_) {
  std::printf("seed %u\n", seed_);
  std::fflush(stdout);
}

int Siege::draw(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }

std::chrono::microseconds Siege::draw(std::chrono::microseconds longest) {
  return std::chrono::microseconds(
      std::uniform_int_distribution<std::int64_t>(0, longest.count())(random_));
}

bool Siege::expect(bool holds, const std::string& finding) {
  if (holds) return true;
  ++findings_;
  std::printf("FINDING %d: %s\n", findings_, finding.c_str());
  std::fflush(stdout);
  return false;
}

bool Siege::expect_end(int code, const std::vector<int>& allowed, const std::string& log,
                       const std::string& what) {
  const bool foreseen = std::find(allowed.begin(), allowed.end(), code) != allowed.end();
  const std::string last = last_line(log);
  const bool said = code == 0 || code == 128 + 9 || last.find("minerva: ") == 0;
  const bool sound = log.find("internal error") == std::string::npos &&
                     log.find("terminate called") == std::string::npos;
  return expect(foreseen && said && sound,
                what + ": code " + std::to_string(code) + ", last line: " + last);
}

int Siege::conclude(const std::string& what) const {
  std::printf("%s: %d findings\n", what.c_str(), findings_);
  return findings_ == 0 ? 0 : 1;
}

std::string quick_config() { return std::string(MINERVA_SOURCE_DIR) + "/tests/support/quick.cfg"; }

int run_to_the_end(const std::string& folder, const std::vector<std::string>& arguments,
                   const std::string& log) {
  return exit_code_of(start_minerva(folder, arguments, log));
}

std::vector<std::string> with(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

std::map<std::string, std::string> results_below(const std::string& folder) {
  std::map<std::string, std::string> results;
  for (const auto& [name, bytes] : everything_in(folder)) {
    const std::string last = std::filesystem::path(name).filename().string();
    const bool stored = name.find("trainings") != std::string::npos;
    if (last != ".lock" && last != "config.resolved.cfg" && !stored) results[name] = bytes;
  }
  return results;
}

void remove_folder(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

}  // namespace minerva::test
