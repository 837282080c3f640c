#include "minerva/run/run_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "minerva/base/errors.hpp"
#include "minerva/config/config_text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/folder.hpp"
#include "minerva/files/folder_lock.hpp"

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

/// Throws UserError for a folder that holds files but no config. Files of a run that was stopped
/// while it wrote do not count.
void refuse_foreign_files(const Folder& folder) {
  if (folder.has(RunDirectory::kConfigName)) return;
  for (const std::string& name : folder.names()) {
    if (name == FolderLock::kName) continue;
    if (name.front() == '.' && fs::path(name).extension() == ".partial") continue;
    throw UserError(folder.path(), "",
                    std::string("holds files but no ") + RunDirectory::kConfigName +
                        "; needs a new or empty folder");
  }
}

/// A file's folder in a run directory, and its name there.
struct Place {
  std::string folder;  ///< empty: the run directory itself
  std::string name;
};

Place place_of(const std::string& name) {
  const std::string records = std::string(RunDirectory::kRecords) + "/";
  const bool is_record = name.rfind(records, 0) == 0;
  Place place{is_record ? RunDirectory::kRecords : "",
              is_record ? name.substr(records.size()) : name};
  expects(!place.name.empty() && place.name.find('/') == std::string::npos && place.name != "." &&
              place.name != "..",
          "a file of a run directory needs a plain name");
  return place;
}

void remove_partial_files_inside(const Folder& folder, const char* name, Partial which) {
  if (const auto inside = folder.open_inside(name)) remove_partial_files(*inside, which);
}

}  // namespace

RunDirectory::RunDirectory(const std::string& path, const std::string& resolved_config,
                           const std::vector<std::string>& without_effect, Access access)
    : path_(path), config_(resolved_config) {
  if (path.empty()) throw UserError("run directory", "(empty)", "needs the name of a folder");
  folder_ = std::make_unique<Folder>(Folder::make(path));
  refuse_foreign_files(*folder_);
  if (access == Access::writes || !has(kConfigName)) {
    if (::access(path.c_str(), W_OK | X_OK) != 0) {
      throw UserError(path, "", "cannot write to this folder: permission denied or read-only");
    }
    LockedFolder locked = lock_folder(path);
    *folder_ = std::move(locked.folder);
    lock_ = std::make_unique<FolderLock>(std::move(locked.lock));
    refuse_foreign_files(*folder_);
  }
  resumed_ = has(kConfigName);  // the holder before us may have written it
  const Entries asked = entries_of(config_, "resolved config", without_effect);
  for (const auto& [key, value] : asked) effective_config_ += key + " = " + value + "\n";
  if (lock_) {
    remove_partial_files(*folder_, Partial::all);
    remove_partial_files_inside(*folder_, kRecords, Partial::all);
    // Another run may share the trainings of this one.
    remove_partial_files_inside(*folder_, kTrainings, Partial::abandoned);
  }
  if (!resumed_) {
    write(kConfigName, config_);
    return;
  }
  changes_ =
      differences(entries_of(read(kConfigName), path_of(kConfigName), without_effect), asked);
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
  const Place place = place_of(name);
  if (place.folder.empty()) return folder_->has(place.name);
  const auto inside = folder_->open_inside(place.folder);
  return inside && inside->has(place.name);
}

void RunDirectory::write(const std::string& name, const std::string& bytes) const {
  expects(lock_ != nullptr, "a reader of a run directory writes nothing");
  lock_->expect_held(*folder_);
  if (has(name) && read(name) == bytes) return;
  const Place place = place_of(name);
  if (place.folder.empty()) {
    folder_->write(place.name, bytes);
  } else {
    folder_->make_inside(place.folder).write(place.name, bytes);
  }
}

void RunDirectory::remove(const std::string& name) const {
  expects(lock_ != nullptr, "a reader of a run directory removes nothing");
  const Place place = place_of(name);
  if (place.folder.empty()) return folder_->remove(place.name);
  if (const auto inside = folder_->open_inside(place.folder)) inside->remove(place.name);
}

std::string RunDirectory::read(const std::string& name) const {
  const Place place = place_of(name);
  if (place.folder.empty()) return folder_->read(place.name);
  const auto inside = folder_->open_inside(place.folder);
  if (!inside) throw UserError(path_of(name), "", "cannot open it: there is no such folder");
  return inside->read(place.name);
}

std::string RunDirectory::path_of(const std::string& name) const {
  const Place place = place_of(name);
  return (fs::path(path_) / place.folder / place.name).string();
}

}  // namespace minerva
