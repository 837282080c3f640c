#pragma once
#include <memory>
#include <string>
#include <vector>

namespace minerva {

class Folder;
class FolderLock;

/// A key whose value in a run directory differs from the requested one. A value is empty when the
/// key is absent there, or unknown here.
struct ConfigChange {
  std::string key;
  std::string there;
  std::string here;
};

/// The folder of one run. It contains config.resolved.cfg, which says what run it is, and results
/// that are written whole or not at all. One process at a time can write to it. The folder is held
/// by a descriptor: when it is removed or replaced while a run is under way, the run's next write
/// throws UserError and nothing reaches the folder that now has the name.
class RunDirectory {
 public:
  static constexpr const char* kConfigName = "config.resolved.cfg";
  /// The folders of the records of finished stages, and of the trainings.
  static constexpr const char* kRecords = "stages";
  static constexpr const char* kTrainings = "trainings";
  /// A reader opens an existing run; it locks nothing and writes nothing.
  enum class Access { writes, reads };

  /// Opens the folder of a run, or makes one and writes the config to it. A folder with a different
  /// config keeps its config until adopt_config, and changes() says what differs, apart from keys
  /// in `without_effect` (threads, paths). A writer removes the half-written files of killed
  /// processes. Throws UserError for a reader whose config differs, naming the first key that
  /// differs; for a folder that has files but no config; for a file of that name; for a folder that
  /// cannot be written; and for one that a different process writes to, naming that process. The
  /// lock ends with the process, however it ends.
  RunDirectory(const std::string& path, const std::string& resolved_config,
               const std::vector<std::string>& without_effect = {}, Access access = Access::writes);
  ~RunDirectory();

  const std::string& path() const { return path_; }
  const Folder& folder() const { return *folder_; }
  /// True when the folder contained a run already.
  bool resumed() const { return resumed_; }
  bool reads_only() const { return lock_ == nullptr; }
  const std::vector<ConfigChange>& changes() const { return changes_; }
  /// Replaces the folder's config by the requested one.
  void adopt_config();
  /// The requested config without the keys that have no effect. Equal texts mean equal results.
  const std::string& effective_config() const { return effective_config_; }
  bool has(const std::string& name) const;
  /// These do what write_file and read_file do, for a plain name in this folder or in kRecords,
  /// which is made when it is missing. A file that has these bytes already is left as it is.
  void write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;
  void remove(const std::string& name) const;
  std::string path_of(const std::string& name) const;

 private:
  std::string path_;
  std::string config_;
  std::string effective_config_;
  std::vector<ConfigChange> changes_;
  bool resumed_ = false;
  std::unique_ptr<Folder> folder_;
  std::unique_ptr<FolderLock> lock_;
};

}  // namespace minerva
