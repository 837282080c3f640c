#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "minerva/files/folder.hpp"
#include "minerva/files/name_locks.hpp"
#include "minerva/training/training_store.hpp"

namespace minerva::training {

/// A folder of finished and interrupted trainings. Files are written whole or not at all. Programs
/// may share it: a name stands for one content, and what one program holds no other one removes.
/// The folder is held by a descriptor from its first use on.
class TrainingFolder : public TrainingStore {
 public:
  /// Makes the folder when something is saved.
  explicit TrainingFolder(std::string path);
  /// The same for a folder in one that is held.
  TrainingFolder(const Folder& within, const std::string& name);
  std::optional<std::string> load(const std::string& name) override;
  void save(const std::string& name, const std::string& bytes) override;
  void remove(const std::string& name) override;
  void hold(const std::string& key) override;
  void release(const std::string& key) override;
  std::string place_of(const std::string& name) const override;
  void warn(const std::string& what) override;
  double seconds() const override;

 private:
  enum class Missing { stays, is_made };
  /// Null when it is missing and stays so.
  const Folder* folder(Missing missing);
  /// Makes the folder and takes the holds that waited for it.
  NameLocks& locks();
  bool holds_wait();

  std::string path_;
  std::optional<Folder> within_;
  std::string name_;  ///< in within_
  std::mutex opening_;
  std::optional<Folder> folder_;
  std::unique_ptr<NameLocks> locks_;
  /// Held before there was a folder: nobody can have removed anything then.
  std::set<std::string> waiting_holds_;
};

}  // namespace minerva::training
