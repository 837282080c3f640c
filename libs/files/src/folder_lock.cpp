#include "minerva/files/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <utility>

#include "descriptor.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr const char* kFirstWord = "process ";  // of every description

std::string written_in(int file) {
  std::array<char, 600> text{};
  const ssize_t bytes = ::pread(file, text.data(), text.size() - 1, 0);
  return bytes > 0 ? std::string(text.data(), static_cast<std::size_t>(bytes)) : "";
}

std::string read_holder(int file) {
  const std::string text = written_in(file);
  return text.empty() ? "another process" : text;
}

/// The words of this process's command line, shortened, so that a message stays a line.
std::string command_line() {
  constexpr std::size_t kMostShown = 120;
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string words((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  while (!words.empty() && words.back() == '\0') words.pop_back();
  for (char& c : words) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  if (words.size() > kMostShown) words = words.substr(0, kMostShown - 3) + "...";
  return words;
}

std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  std::array<char, 40> text{};
  if (::localtime_r(&now, &parts) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts) == 0) {
    return "an unknown time";
  }
  return text.data();
}

std::string describe_self() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const std::string command = command_line();
  return kFirstWord + std::to_string(::getpid()) + " on " +
         (host[0] == '\0' ? "this host" : host.data()) +
         (command.empty() ? "" : " (" + command + ")") + " since " + time_text();
}

/// The file of a folder's lock, opened and made where it is missing. Not open when the folder was
/// removed.
Descriptor open_lock(const Folder& folder, int flags) {
  Descriptor file(::openat(folder.descriptor(), FolderLock::kName,
                           O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0644));
  if (file.is_open() || errno == ENOENT || (errno == EEXIST && flags != 0)) return file;
  const std::string lock = folder.path_of(FolderLock::kName);
  if (errno == ELOOP) {
    throw UserError(lock, "", "is a link; needs to be removed: a lock would be written through it");
  }
  throw UserError(folder.path(), "",
                  std::string("cannot write to this folder: ") + std::strerror(errno));
}

/// Throws UserError unless a lock may be written into the file.
void check_lock_file(const Folder& folder, const struct stat& status, const std::string& text) {
  const bool is_ours = text.empty() || text.rfind(kFirstWord, 0) == 0;
  if (S_ISREG(status.st_mode) && is_ours) return;
  throw UserError(folder.path_of(FolderLock::kName), "",
                  "is not the file of a lock; needs to be moved away, or another folder");
}

/// Whether the folder's lock is this file, and not one of that name that came later.
bool is_named(const Folder& folder, const struct stat& file) {
  struct stat named {};
  return ::fstatat(folder.descriptor(), FolderLock::kName, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         named.st_dev == file.st_dev && named.st_ino == file.st_ino;
}

void lock_file(int file, const Folder& folder, const FolderLock::OnWait& on_wait) {
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      throw UserError(folder.path(), "",
                      std::string("cannot lock this folder: ") + std::strerror(errno));
    }
    on_wait(read_holder(file));
    const timespec half_a_second{0, 500'000'000};
    ::nanosleep(&half_a_second, nullptr);
  }
}

/// A locked file of the folder's lock that has no other name; not open when the folder was removed.
Descriptor take_lock(const Folder& folder, const FolderLock::OnWait& on_wait) {
  while (true) {
    Descriptor file = open_lock(folder, 0);
    if (!file.is_open()) return file;
    lock_file(file.get(), folder, on_wait);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !is_named(folder, status)) continue;
    check_lock_file(folder, status, written_in(file.get()));
    if (status.st_nlink == 1) return file;
    // A copy of the folder by links has the same file: this folder gets one of its own. Whoever
    // else does so waits for the lock of the old one.
    ::unlinkat(folder.descriptor(), FolderLock::kName, 0);
    Descriptor own = open_lock(folder, O_EXCL);
    if (own.is_open() && ::flock(own.get(), LOCK_EX | LOCK_NB) == 0) return own;
  }
}

[[noreturn]] void refuse(const std::string& folder, const std::string& holder) {
  throw UserError(folder, "", "is in use by " + holder + "; needs another folder, or its end");
}

}  // namespace

FolderLock::FolderLock(const Folder& folder, const OnWait& on_wait)
    : file_(take_lock(folder, on_wait).release()) {
  if (file_ < 0) return;
  // A holder that cannot be written down only makes the other process's message less telling.
  const std::string self = describe_self();
  if (::ftruncate(file_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(file_, self.data(), self.size(), 0);
  }
}

FolderLock::FolderLock(const Folder& folder)
    : FolderLock(folder, [&](const std::string& holder) { refuse(folder.path(), holder); }) {
  if (!holds()) folder.expect_in_place();
}

FolderLock::FolderLock(const std::string& folder) : FolderLock(Folder(folder)) {}

std::optional<std::string> FolderLock::holder_of(const std::string& folder) {
  const std::string path = folder + "/" + kName;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  // Shared, so that two who look do not take each other for a holder.
  if (::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return read_holder(file.get());
  }
  return std::nullopt;
}

void FolderLock::expect_held(const Folder& folder) const {
  folder.expect_in_place();
  struct stat status {};
  if (file_ >= 0 && ::fstat(file_, &status) == 0 && is_named(folder, status)) return;
  throw UserError(
      folder.path_of(kName), "",
      "was removed while this program was using the folder; needs to stay until its end");
}

void FolderLock::remove_from(const Folder& folder) const {
  struct stat status {};
  if (file_ < 0 || ::fstat(file_, &status) != 0 || !is_named(folder, status)) return;
  ::unlinkat(folder.descriptor(), kName, 0);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

FolderLock::~FolderLock() {
  if (file_ < 0) return;
  [[maybe_unused]] const int cleared = ::ftruncate(file_, 0);
  ::close(file_);
}

LockedFolder lock_folder(const std::string& path) {
  return lock_folder(path, [&](const std::string& holder) { refuse(path, holder); });
}

LockedFolder lock_folder(const std::string& path, const FolderLock::OnWait& on_wait) {
  constexpr int kMostTries = 100;
  for (int i = 0; i < kMostTries; ++i) {
    Folder folder = Folder::make(path);
    FolderLock lock(folder, on_wait);
    if (lock.holds() && folder.is_in_place()) return {std::move(folder), std::move(lock)};
  }
  throw UserError(path, "", "is removed or replaced again and again; needs to stay");
}

}  // namespace minerva
