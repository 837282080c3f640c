#include "training_folder.hpp"

#include <chrono>

#include "minerva/files/atomic_file.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::training {
namespace {

/// Names are KEY.txt, KEY.checkpoint and KEY.network.
std::string key_of(const std::string& name) { return name.substr(0, name.find('.')); }

}  // namespace

TrainingFolder::TrainingFolder(std::string path) : path_(std::move(path)) {}

TrainingFolder::TrainingFolder(const Folder& within, const std::string& name)
    : path_(within.path_of(name)), within_(within.again()), name_(name) {}

std::string TrainingFolder::place_of(const std::string& name) const { return path_ + "/" + name; }

const Folder* TrainingFolder::folder(Missing missing) {
  const std::lock_guard<std::mutex> lock(opening_);
  if (folder_) return &*folder_;
  if (within_) {
    within_->expect_in_place();
    folder_ =
        missing == Missing::is_made ? within_->make_inside(name_) : within_->open_inside(name_);
  } else {
    folder_ = missing == Missing::is_made ? Folder::make(path_) : Folder::open_if_there(path_);
  }
  return folder_ ? &*folder_ : nullptr;
}

NameLocks& TrainingFolder::locks() {
  const Folder& there = *folder(Missing::is_made);
  const std::lock_guard<std::mutex> lock(opening_);
  if (!locks_) {
    // The first call of a program that writes here.
    remove_partial_files(there, Partial::abandoned);
    locks_ = std::make_unique<NameLocks>(there);
  }
  for (const std::string& key : waiting_holds_) locks_->hold(key);
  waiting_holds_.clear();
  return *locks_;
}

std::optional<std::string> TrainingFolder::load(const std::string& name) {
  const Folder* there = folder(Missing::stays);
  if (there == nullptr) return std::nullopt;
  if (holds_wait()) locks();  // another program has made the folder in the meantime
  return there->read_if_there(name, limits::kCheckpointBytes);
}

void TrainingFolder::save(const std::string& name, const std::string& bytes) {
  locks();
  folder(Missing::is_made)->write(name, bytes);
}

void TrainingFolder::remove(const std::string& name) {
  const Folder* there = folder(Missing::stays);
  if (there == nullptr || !there->has(name)) return;
  locks().unless_held_elsewhere(key_of(name), [&] { there->remove(name); });
}

void TrainingFolder::hold(const std::string& key) {
  const bool there = folder(Missing::stays) != nullptr;
  {
    const std::lock_guard<std::mutex> lock(opening_);
    waiting_holds_.insert(key);
  }
  if (there) locks();
}

void TrainingFolder::release(const std::string& key) {
  {
    const std::lock_guard<std::mutex> lock(opening_);
    waiting_holds_.erase(key);
    if (!locks_) return;
  }
  locks().release(key);
}

bool TrainingFolder::holds_wait() {
  const std::lock_guard<std::mutex> lock(opening_);
  return !waiting_holds_.empty();
}

void TrainingFolder::warn(const std::string& what) { log_warning(what); }

double TrainingFolder::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace minerva::training
