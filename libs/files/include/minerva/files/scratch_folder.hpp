#pragma once
#include <string>

namespace minerva {

/// A new folder for the files of a child process, which goes with this object.
class ScratchFolder {
 public:
  /// `purpose` is part of its name. Throws UserError when there is no place for it.
  explicit ScratchFolder(const std::string& purpose);
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace minerva
