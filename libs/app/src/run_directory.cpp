#include "minerva/app/run_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "config_text.hpp"
#include "folder_lock.hpp"
#include "minerva/app/atomic_file.hpp"
#include "minerva/core/errors.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;

/// Throws unless the config in `file` equals `asked`, apart from keys without effect.
void check_same_config(const std::string& folder, const std::string& file, const std::string& asked,
                       const std::vector<std::string>& without_effect) {
  const std::vector<ConfigEntry> present = parse_config_text(read_file(file), file);
  std::map<std::string, std::string> missing;
  for (const ConfigEntry& entry : present) missing[entry.key] = entry.value;
  const auto matters = [&](const std::string& key) {
    return std::find(without_effect.begin(), without_effect.end(), key) == without_effect.end();
  };
  const auto reject = [&](const std::string& key, const std::string& there,
                          const std::string& here) {
    throw UserError(folder, "",
                    "holds a run of another config: " + key + " is " + there + " there and " +
                        here + " here; needs a new folder or the same config");
  };
  for (const ConfigEntry& entry : parse_config_text(asked, "resolved config")) {
    const auto there = missing.find(entry.key);
    if (matters(entry.key)) {
      if (there == missing.end()) reject(entry.key, "absent", "'" + entry.value + "'");
      if (there->second != entry.value) {
        reject(entry.key, "'" + there->second + "'", "'" + entry.value + "'");
      }
    }
    if (there != missing.end()) missing.erase(there);
  }
  for (const auto& [key, value] : missing) {
    if (matters(key)) reject(key, "'" + value + "'", "unknown");
  }
}

/// Files of a run that was stopped while it wrote do not count.
bool holds_foreign_files(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name == FolderLock::kName) continue;
    if (name.front() != '.' || entry.path().extension() != ".partial") return true;
  }
  return false;
}

}  // namespace

RunDirectory::RunDirectory(const std::string& path, const std::string& resolved_config,
                           const std::vector<std::string>& without_effect, Access access)
    : path_(path) {
  if (path.empty()) throw UserError("run directory", "(empty)", "needs the name of a folder");
  make_folder(path);
  std::error_code error;
  const std::string config = path_of(kConfigName);
  const bool there = fs::exists(config, error);
  try {
    if (!there && holds_foreign_files(path)) {
      throw UserError(
          path, "",
          std::string("holds files but no ") + kConfigName + "; needs a new or empty folder");
    }
  } catch (const fs::filesystem_error& failure) {
    throw UserError(path, "", "cannot list this folder: " + failure.code().message());
  }
  if (access == Access::writes || !there) {
    if (::access(path.c_str(), W_OK | X_OK) != 0) {
      throw UserError(path, "", "cannot write to this folder: permission denied or read-only");
    }
    lock_ = std::make_unique<FolderLock>(path);
  }
  resumed_ = fs::exists(config, error);  // the holder before us may have written it
  if (resumed_) check_same_config(path, config, resolved_config, without_effect);
  if (!resumed_) write(kConfigName, resolved_config);
}

RunDirectory::~RunDirectory() = default;

bool RunDirectory::has(const std::string& name) const {
  std::error_code error;
  return fs::is_regular_file(path_of(name), error);
}

void RunDirectory::write(const std::string& name, const std::string& bytes) const {
  write_file(path_of(name), bytes);
}

std::string RunDirectory::read(const std::string& name) const { return read_file(path_of(name)); }

std::string RunDirectory::path_of(const std::string& name) const {
  expects(!name.empty() && name.find('/') == std::string::npos && name != "." && name != "..",
          "a file of a run directory needs a plain name");
  return (fs::path(path_) / name).string();
}

}  // namespace minerva
