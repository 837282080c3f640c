#include "minerva/training/training_store.hpp"

namespace minerva::training {

std::optional<std::string> MemoryStore::load(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = files_.find(name);
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

void MemoryStore::save(const std::string& name, const std::string& bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[name] = bytes;
}

void MemoryStore::remove(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  files_.erase(name);
}

}  // namespace minerva::training
