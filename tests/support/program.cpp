#include "program.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace minerva::test {

namespace fs = std::filesystem;

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "minerva-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& bytes) const {
  const std::string path = path_ + "/" + name;
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string TemporaryFolder::read(const std::string& name) const {
  return read_whole(path_ + "/" + name);
}

bool TemporaryFolder::has(const std::string& name) const { return fs::exists(path_ + "/" + name); }

std::vector<std::string> TemporaryFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(path_)) {
    names.push_back(fs::relative(entry.path(), path_).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

ProgramResult run_in(const std::string& folder, const std::string& command) {
  const TemporaryFolder capture;
  const std::string whole = "cd '" + folder + "' && ( " + command + " ) >'" + capture.path() +
                            "/out' 2>'" + capture.path() + "/err'";
  const int status = std::system(whole.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), capture.read("out"),
          capture.read("err")};
}

ProgramResult run_minerva(const std::string& folder, const std::string& arguments) {
  return run_in(folder, std::string(MINERVA_PROGRAM) + " " + arguments);
}

std::string python_with_numpy() {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    if (run_in("/", std::string(python) + " -c 'import numpy'").exit_code == 0) return python;
  }
  return "";
}

}  // namespace minerva::test
