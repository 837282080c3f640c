#pragma once
#include <functional>
#include <optional>
#include <string>

namespace minerva {

/// Locks a folder against other processes until destruction, or until the process ends in any way.
/// It is an advisory lock (flock) on the file `.lock` in the folder. The file describes the process
/// that has the lock; afterwards the file stays, empty.
class FolderLock {
 public:
  static constexpr const char* kName = ".lock";

  FolderLock() = default;
  /// Throws UserError naming the folder and the process that has locked it, or the reason why it
  /// cannot be locked.
  explicit FolderLock(const std::string& folder);
  /// Waits until the folder is free. It calls `on_wait` with the description of the process that
  /// has the lock every half second; an exception from `on_wait` ends the waiting.
  FolderLock(const std::string& folder, const std::function<void(const std::string&)>& on_wait);
  /// False when the folder was removed while this object waited for it: a new folder of that name
  /// may then be locked by a different process.
  bool holds_what_is_there() const;
  /// The description of the process that has locked a folder; nothing when no process has.
  static std::optional<std::string> holder_of(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int file_ = -1;
};

}  // namespace minerva
