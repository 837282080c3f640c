#pragma once
#include <functional>
#include <string>
#include <vector>

#include "minerva/files/folder_lock.hpp"

namespace minerva {

/// A folder that one command fills with files. It is locked, and marked as that command's by the
/// file `.minerva-COMMAND` before anything else is written, so that the same command can go on with
/// it or replace it, and no command overwrites files that are not its own. The mark lists the names
/// that were written since the folder was begun.
class OwnedFolder {
 public:
  /// Makes the folder where it is missing. Throws UserError when another process has it. `refuse`
  /// throws; it is called when the folder holds files that this command did not make.
  OwnedFolder(const std::string& path, const std::string& command,
              const std::function<void()>& refuse);

  OwnedFolder(const OwnedFolder&) = delete;
  OwnedFolder& operator=(const OwnedFolder&) = delete;
  /// Mark and lock of a folder into which nothing was written go again, and the folder itself where
  /// it was made for this.
  ~OwnedFolder();

  const std::string& path() const { return locked_.folder.path(); }
  const Folder& folder() const { return locked_.folder; }
  /// Removes the files that the mark lists: of a process that was killed, or of an earlier call.
  void remove_earlier_files();
  void write(const std::string& name, const std::string& bytes);
  /// Removes mark and lock: the folder is whole, and nobody's to replace any more.
  void finish();

 private:
  void save_mark() const;

  LockedFolder locked_;
  std::string mark_;
  bool finished_ = false;
  std::vector<std::string> names_;
};

}  // namespace minerva
