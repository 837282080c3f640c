#pragma once
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "minerva/files/folder.hpp"

namespace minerva {

/// Names that several processes use at once, in a folder that they share: while one holds a name,
/// no other one removes what belongs to it. They are locks on bytes of the folder's `.lock` (open
/// file description locks), so they end with their process in every case. Where the file system has
/// no such locks, nothing is held and nothing may be removed. Several threads may call it.
class NameLocks {
 public:
  explicit NameLocks(const Folder& folder);
  NameLocks(const NameLocks&) = delete;
  NameLocks& operator=(const NameLocks&) = delete;
  ~NameLocks();

  /// Waits while another process removes what belongs to the name.
  void hold(const std::string& name);
  void release(const std::string& name);
  /// Calls `act` unless another process holds the name; none can in the meantime.
  void unless_held_elsewhere(const std::string& name, const std::function<void()>& act);

 private:
  std::mutex mutex_;
  std::set<std::string> held_;  ///< by this object
  int file_ = -1;
};

}  // namespace minerva
