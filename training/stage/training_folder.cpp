#include "training_folder.hpp"

#include <chrono>
#include <filesystem>

#include "minerva/files/atomic_file.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::training {

TrainingFolder::TrainingFolder(std::string path) : path_(std::move(path)) {}

std::string TrainingFolder::place_of(const std::string& name) const { return path_ + "/" + name; }

std::optional<std::string> TrainingFolder::load(const std::string& name) {
  std::error_code error;
  const std::string path = place_of(name);
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  return read_file(path, limits::kCheckpointBytes);
}

void TrainingFolder::save(const std::string& name, const std::string& bytes) {
  make_folder(path_);
  write_file(place_of(name), bytes);
}

void TrainingFolder::remove(const std::string& name) {
  std::error_code error;
  std::filesystem::remove(place_of(name), error);  // one that stays costs room, nothing else
}

void TrainingFolder::warn(const std::string& what) { log_warning(what); }

double TrainingFolder::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace minerva::training
