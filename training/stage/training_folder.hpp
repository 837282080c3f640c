#pragma once
#include <string>

#include "minerva/training/training_store.hpp"

namespace minerva::training {

/// A folder of finished and interrupted trainings. Files are written whole or not at all; two
/// programs may share it, since a name stands for one content.
class TrainingFolder : public TrainingStore {
 public:
  /// Makes the folder when something is saved.
  explicit TrainingFolder(std::string path);
  std::optional<std::string> load(const std::string& name) override;
  void save(const std::string& name, const std::string& bytes) override;
  void remove(const std::string& name) override;
  std::string place_of(const std::string& name) const override;
  void warn(const std::string& what) override;
  double seconds() const override;

 private:
  std::string path_;
};

}  // namespace minerva::training
