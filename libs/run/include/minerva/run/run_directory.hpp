#pragma once
#include <memory>
#include <string>
#include <vector>

namespace minerva {

class FolderLock;

/// A key whose value in a run directory is not the one asked for; empty: it is absent there or
/// unknown here.
struct ConfigChange {
  std::string key;
  std::string there;
  std::string here;
};

/// The folder of one run. It holds config.resolved.cfg, which says what run it is, and results that
/// are written whole or not at all. One process at a time writes into it.
class RunDirectory {
 public:
  static constexpr const char* kConfigName = "config.resolved.cfg";
  /// Where the records of finished stages lie, and the trainings.
  static constexpr const char* kRecords = "stages";
  static constexpr const char* kTrainings = "trainings";
  /// A reader of a run that is there takes no lock and writes nothing.
  enum class Access { writes, reads };

  /// Opens the folder of a run, or makes one and writes the config into it. A folder of another
  /// config keeps it until adopt_config: changes() says what differs, apart from keys in
  /// `without_effect` (threads, paths). A writer removes what killed processes left half-written.
  /// Throws UserError for a reader of another config, naming the first key that differs; for a
  /// folder with files and no config; for a file in the way; for a folder that cannot be written;
  /// and for one that another process writes into, naming that process. The lock ends with the
  /// process, however it ends.
  RunDirectory(const std::string& path, const std::string& resolved_config,
               const std::vector<std::string>& without_effect = {}, Access access = Access::writes);
  ~RunDirectory();

  const std::string& path() const { return path_; }
  /// True when the folder held this run already.
  bool resumed() const { return resumed_; }
  bool reads_only() const { return lock_ == nullptr; }
  const std::vector<ConfigChange>& changes() const { return changes_; }
  /// From now on the folder is one of the config asked for.
  void adopt_config();
  /// The config asked for without the keys that have no effect: equal texts, equal results.
  const std::string& effective_config() const { return effective_config_; }
  bool has(const std::string& name) const;
  /// As write_file and read_file, of a plain name in this folder, or in kRecords. A file that holds
  /// these bytes already is left alone.
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
  std::unique_ptr<FolderLock> lock_;
};

}  // namespace minerva
