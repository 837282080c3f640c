#pragma once
#include <functional>
#include <optional>
#include <string>

#include "minerva/files/folder.hpp"

namespace minerva {

/// Locks a folder against other processes until destruction, or until the process ends in any way.
/// It is an advisory lock (flock) on the file `.lock` in the folder. The file describes the process
/// that has the lock; afterwards the file stays, empty. A `.lock` that is a link, or that another
/// program wrote, is refused.
class FolderLock {
 public:
  static constexpr const char* kName = ".lock";
  /// What a waiting process is told, with the description of the process that has the lock.
  using OnWait = std::function<void(const std::string& holder)>;

  FolderLock() = default;
  /// Throws UserError naming the folder and the process that has locked it, or the reason why it
  /// cannot be locked.
  explicit FolderLock(const Folder& folder);
  explicit FolderLock(const std::string& folder);
  /// Waits until the folder is free. It calls `on_wait` every half second; an exception from it
  /// ends the waiting.
  FolderLock(const Folder& folder, const OnWait& on_wait);
  /// Whether the folder is locked; false when it was removed in the meantime.
  bool holds() const { return file_ >= 0; }
  /// The description of the process that has locked a folder; nothing when no process has.
  static std::optional<std::string> holder_of(const std::string& folder);
  /// Throws UserError when the folder is not in place any more, or the file of its lock was removed:
  /// another process may have locked it then.
  void expect_held(const Folder& folder) const;
  /// Removes the file of the lock, of a folder that is finished.
  void remove_from(const Folder& folder) const;
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int file_ = -1;
};

/// A folder and its lock.
struct LockedFolder {
  Folder folder;
  FolderLock lock;
};
/// Makes a folder where it is missing and locks it. Throws UserError as FolderLock.
LockedFolder lock_folder(const std::string& path);
/// Waits until it is free, as FolderLock does; whoever had it may have removed it, and then it is
/// made again.
LockedFolder lock_folder(const std::string& path, const FolderLock::OnWait& on_wait);

}  // namespace minerva
