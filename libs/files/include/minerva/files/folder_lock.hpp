#pragma once
#include <functional>
#include <optional>
#include <string>

namespace minerva {

/// Holds a folder against other processes until destruction, or until the process ends in any way:
/// an advisory lock (flock) on the file `.lock` in it, which names the holder and stays, empty.
class FolderLock {
 public:
  static constexpr const char* kName = ".lock";

  FolderLock() = default;
  /// Throws UserError naming the folder and who holds it, or why it cannot be locked.
  explicit FolderLock(const std::string& folder);
  /// Waits until the folder is free, asking `on_wait` with the holder's description every half
  /// second; what that throws ends the waiting.
  FolderLock(const std::string& folder, const std::function<void(const std::string&)>& on_wait);
  /// False when the folder was removed while this waited for it: another process may hold a new
  /// one.
  bool holds_what_is_there() const;
  /// Who holds a folder; nothing when nobody does, or when it has never been locked.
  static std::optional<std::string> holder_of(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  int file_ = -1;
};

}  // namespace minerva
