#include "folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "minerva/core/errors.hpp"

namespace minerva {
namespace {

std::string read_holder(int file) {
  std::array<char, 300> text{};
  const ssize_t bytes = ::pread(file, text.data(), text.size() - 1, 0);
  return bytes > 0 ? std::string(text.data(), static_cast<std::size_t>(bytes)) : "another process";
}

std::string describe_self() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return "process " + std::to_string(::getpid()) + " on " +
         (host[0] == '\0' ? "this host" : host.data());
}

}  // namespace

FolderLock::FolderLock(const std::string& folder) {
  const std::string path = folder + "/" + kName;
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) {
    throw UserError(folder, "",
                    std::string("cannot write to this folder: ") + std::strerror(errno));
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    const std::string holder = read_holder(file_);
    ::close(std::exchange(file_, -1));
    if (reason == EWOULDBLOCK) {
      throw UserError(folder, "", "is in use by " + holder + "; needs another folder, or its end");
    }
    throw UserError(folder, "", std::string("cannot lock this folder: ") + std::strerror(reason));
  }
  // A holder that cannot be written down only makes the other process's message less telling.
  const std::string self = describe_self();
  if (::ftruncate(file_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(file_, self.data(), self.size(), 0);
  }
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

}  // namespace minerva
