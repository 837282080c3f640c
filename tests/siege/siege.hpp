#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

// What the campaigns of tests/siege share. Each is a program: NAME [COUNT [SEED]]. It prints its
// seed and a line for each finding, and ends with code 1 when there was one.
namespace minerva::test {

class Siege {
 public:
  /// @param count how often the campaign attacks when the command line does not say.
  Siege(int argc, char** argv, int count);

  int count() const { return count_; }
  /// 0 to below `end`.
  int draw(int end);
  std::chrono::microseconds draw(std::chrono::microseconds longest);

  /// Notes a finding unless `holds`; returns `holds`.
  bool expect(bool holds, const std::string& finding);
  /// A program that ended as promised: with one of the codes, and where it is not 0, with one line
  /// of the program at the end of its log that is no internal error.
  bool expect_end(int code, const std::vector<int>& allowed, const std::string& log,
                  const std::string& what);
  /// Prints what was done; the exit code of the campaign.
  int conclude(const std::string& what) const;

 private:
  int count_;
  unsigned seed_;
  std::mt19937 random_;
  int findings_ = 0;
};

/// tests/support/quick.cfg.
std::string quick_config();
/// Runs `minerva ARGUMENTS` to its end; its output goes to the file `log` of the folder.
int run_to_the_end(const std::string& folder, const std::vector<std::string>& arguments,
                   const std::string& log);
/// The words of a command with more behind them.
std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more);
/// The last line of a text that is not empty.
std::string last_line(const std::string& text);
void remove_folder(const std::string& path);
/// Every file below a folder, by path, but for locks, configs, which name their folder, and stored
/// trainings.
std::map<std::string, std::string> results_below(const std::string& folder);

}  // namespace minerva::test
