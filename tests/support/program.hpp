#pragma once
#include <string>
#include <vector>

namespace minerva::test {

struct ProgramResult {
  int exit_code = -1;
  std::string standard_output;
  std::string standard_error;
};

/// Runs a shell command; its working directory is `folder`.
ProgramResult run_in(const std::string& folder, const std::string& command);
/// Runs `minerva ARGUMENTS`.
ProgramResult run_minerva(const std::string& folder, const std::string& arguments);

/// A Python interpreter that has NumPy; empty when there is none.
std::string python_with_numpy();

/// A folder of its own for one test, empty at the start, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const;
  std::vector<std::string> names() const;

 private:
  std::string path_;
};

std::string read_whole(const std::string& path);

}  // namespace minerva::test
