#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace minerva::training {

/// Where trainings keep what they would otherwise compute again, by name. Calls may come from
/// several threads.
class TrainingStore {
 public:
  virtual ~TrainingStore() = default;
  /// The bytes saved under a name, if any.
  virtual std::optional<std::string> load(const std::string& name) = 0;
  /// All bytes or, when it is stopped, none.
  virtual void save(const std::string& name, const std::string& bytes) = 0;
  /// Removes what was saved. A store that several programs share keeps a file of a training that
  /// another one holds.
  virtual void remove(const std::string& name) = 0;
  /// While a training is held, by its key, no other program that shares the store removes what
  /// belongs to it. It ends with release, or with the store.
  virtual void hold(const std::string& /*key*/) {}
  virtual void release(const std::string& /*key*/) {}
  /// Where the user finds a name, for messages.
  virtual std::string place_of(const std::string& name) const = 0;
  /// Takes a sentence that the user should read, about a file that was not taken as it is.
  virtual void warn(const std::string& /*what*/) {}
  /// A clock that only rises; checkpoints are due by it.
  virtual double seconds() const = 0;
};

/// A store that ends with the program. Its clock stands still.
class MemoryStore : public TrainingStore {
 public:
  std::optional<std::string> load(const std::string& name) override;
  void save(const std::string& name, const std::string& bytes) override;
  void remove(const std::string& name) override;
  std::string place_of(const std::string& name) const override { return name + " in memory"; }
  double seconds() const override { return 0; }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> files_;
};

}  // namespace minerva::training
