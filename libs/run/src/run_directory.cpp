#include "minerva/run/run_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "minerva/config/config_text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/folder_lock.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;

using Entries = std::map<std::string, std::string>;

/// Keys and values of a config apart from those without effect.
Entries entries_of(const std::string& text, const std::string& file,
                   const std::vector<std::string>& without_effect) {
  Entries entries;
  for (const ConfigEntry& entry : parse_config_text(text, file)) {
    if (std::find(without_effect.begin(), without_effect.end(), entry.key) ==
        without_effect.end()) {
      entries[entry.key] = entry.value;
    }
  }
  return entries;
}

std::vector<ConfigChange> differences(const Entries& there, const Entries& here) {
  std::vector<ConfigChange> changes;
  for (const auto& [key, value] : here) {
    const auto found = there.find(key);
    if (found == there.end()) {
      changes.push_back({key, "absent", "'" + value + "'"});
    } else if (found->second != value) {
      changes.push_back({key, "'" + found->second + "'", "'" + value + "'"});
    }
  }
  for (const auto& [key, value] : there) {
    if (here.count(key) == 0) changes.push_back({key, "'" + value + "'", "unknown"});
  }
  return changes;
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
    : path_(path), config_(resolved_config) {
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
  const Entries asked = entries_of(config_, "resolved config", without_effect);
  for (const auto& [key, value] : asked) effective_config_ += key + " = " + value + "\n";
  if (lock_) {
    remove_partial_files(path, Partial::all);
    remove_partial_files((fs::path(path) / kRecords).string(), Partial::all);
    // Another run may share the trainings of this one.
    remove_partial_files((fs::path(path) / kTrainings).string(), Partial::abandoned);
  }
  if (!resumed_) {
    write(kConfigName, config_);
    return;
  }
  changes_ = differences(entries_of(read_file(config), config, without_effect), asked);
  if (access == Access::reads && !changes_.empty()) {
    const ConfigChange& first = changes_.front();
    throw UserError(path, "",
                    "holds a run of another config: " + first.key + " is " + first.there +
                        " there and " + first.here + " here; needs the same config");
  }
}

RunDirectory::~RunDirectory() = default;

void RunDirectory::adopt_config() {
  write(kConfigName, config_);
  changes_.clear();
}

bool RunDirectory::has(const std::string& name) const {
  std::error_code error;
  return fs::is_regular_file(path_of(name), error);
}

void RunDirectory::write(const std::string& name, const std::string& bytes) const {
  expects(lock_ != nullptr, "a reader of a run directory writes nothing");
  if (has(name) && read(name) == bytes) return;
  write_file(path_of(name), bytes);
}

void RunDirectory::remove(const std::string& name) const {
  expects(lock_ != nullptr, "a reader of a run directory removes nothing");
  remove_file(path_of(name));
}

std::string RunDirectory::read(const std::string& name) const { return read_file(path_of(name)); }

std::string RunDirectory::path_of(const std::string& name) const {
  const std::string records = std::string(kRecords) + "/";
  const std::string plain = name.rfind(records, 0) == 0 ? name.substr(records.size()) : name;
  expects(!plain.empty() && plain.find('/') == std::string::npos && plain != "." && plain != "..",
          "a file of a run directory needs a plain name");
  return (fs::path(path_) / name).string();
}

}  // namespace minerva
