#include "minerva/files/owned_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/files/atomic_file.hpp"

namespace minerva {
namespace {

constexpr const char* kSchema = "minerva-folder-1";
constexpr std::size_t kLargestMark = std::size_t{1} << 20;

/// Calls `refuse` for a folder that holds files and no mark.
void check_ours(const Folder& folder, const std::string& mark,
                const std::function<void()>& refuse) {
  const std::vector<std::string> names = folder.names();
  if (std::find(names.begin(), names.end(), mark) != names.end()) return;
  const bool is_empty = std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name == FolderLock::kName || is_partial_file(name);
  });
  if (!is_empty) refuse();
}

LockedFolder lock_ours(const std::string& path, const std::string& mark,
                       const std::function<void()>& refuse) {
  // Looked at before anything is made in it, and once nobody else can.
  if (const auto there = Folder::open_if_there(path)) check_ours(*there, mark, refuse);
  LockedFolder locked = lock_folder(path);
  check_ours(locked.folder, mark, refuse);
  return locked;
}

std::string mark_of(const std::string& command) { return ".minerva-" + command; }

}  // namespace

OwnedFolder::OwnedFolder(const std::string& path, const std::string& command,
                         const std::function<void()>& refuse)
    : locked_(lock_ours(path, mark_of(command), refuse)), mark_(mark_of(command)) {
  remove_partial_files(folder(), Partial::all);
  if (const auto text = folder().read_if_there(mark_, kLargestMark)) {
    std::istringstream lines(*text);
    std::string line;
    if (!std::getline(lines, line) || line != kSchema) {
      throw UserError(folder().path_of(mark_), "",
                      "is not the mark of a folder of this program; needs a new folder");
    }
    while (std::getline(lines, line)) {
      const bool plain =
          !line.empty() && line.find('/') == std::string::npos && line.front() != '.';
      if (plain) names_.push_back(line);
    }
    return;
  }
  save_mark();
}

OwnedFolder::~OwnedFolder() {
  try {
    // Where anything was made, the mark tells the next command that it may go on or replace it.
    const std::vector<std::string> names = folder().names();
    const bool is_empty = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return name == mark_ || name == FolderLock::kName || is_partial_file(name);
    });
    if (finished_ || !is_empty) return;
    folder().remove(mark_);
    locked_.lock.remove_from(folder());
    if (folder().was_made() && folder().is_in_place()) ::rmdir(path().c_str());
  } catch (const UserError&) {  // what stays is empty, and marked as this command's
  }
}

void OwnedFolder::save_mark() const {
  std::string text = std::string(kSchema) + "\n";
  for (const std::string& name : names_) text += name + "\n";
  folder().write(mark_, text, Flush::left_to_the_system);
}

void OwnedFolder::remove_earlier_files() {
  for (const std::string& name : names_) folder().remove(name);
  names_.clear();
  save_mark();
}

void OwnedFolder::write(const std::string& name, const std::string& bytes) {
  locked_.lock.expect_held(folder());
  if (std::find(names_.begin(), names_.end(), name) == names_.end()) {
    names_.push_back(name);
    save_mark();
  }
  folder().write(name, bytes);
}

void OwnedFolder::finish() {
  locked_.lock.expect_held(folder());
  finished_ = true;
  folder().remove(mark_);
  locked_.lock.remove_from(folder());
}

}  // namespace minerva
