#pragma once
#include <memory>
#include <string>
#include <vector>

namespace minerva {

class FolderLock;

/// The folder of one run. It holds config.resolved.cfg, which says what run it is, and results that
/// are written whole or not at all. One process at a time writes into it.
class RunDirectory {
 public:
  static constexpr const char* kConfigName = "config.resolved.cfg";
  /// A reader of a run that is there takes no lock and writes nothing.
  enum class Access { writes, reads };

  /// Makes the folder and writes the config, or goes on in a folder of the same config. Keys in
  /// `without_effect` (threads, paths) may differ. Throws UserError for a folder of another config,
  /// naming the first key that differs; for a folder with files and no config; for a file in the
  /// way; for a folder that cannot be written; and for one that another process writes into,
  /// naming that process. The lock ends with the process, however it ends.
  RunDirectory(const std::string& path, const std::string& resolved_config,
               const std::vector<std::string>& without_effect = {}, Access access = Access::writes);
  ~RunDirectory();

  const std::string& path() const { return path_; }
  /// True when the folder held this run already.
  bool resumed() const { return resumed_; }
  bool has(const std::string& name) const;
  /// As write_file and read_file, of a plain name in this folder.
  void write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;
  std::string path_of(const std::string& name) const;

 private:
  std::string path_;
  bool resumed_ = false;
  std::unique_ptr<FolderLock> lock_;
};

}  // namespace minerva
