#include "minerva/files/name_locks.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "minerva/base/checksum.hpp"
#include "minerva/files/folder_lock.hpp"

namespace minerva {
namespace {

enum class Waits { no, yes };

/// Sets the lock of a name's byte; false when another process is in the way, or without locks.
bool set_lock(int file, short kind, const std::string& name, Waits waits) {
  if (file < 0) return false;
  constexpr std::size_t kHexDigits = 15;  // 60 bits; two names with one byte only wait in vain
  struct flock lock {};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(
      std::stoll(sha256(name.data(), name.size()).substr(0, kHexDigits), nullptr, 16));
  lock.l_len = 1;
  int result = 0;
  do {
    result = ::fcntl(file, waits == Waits::yes ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

}  // namespace

NameLocks::NameLocks(const Folder& folder)
    : file_(::openat(folder.descriptor(), FolderLock::kName,
                     O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666)) {}

NameLocks::~NameLocks() {
  if (file_ >= 0) ::close(file_);
}

void NameLocks::hold(const std::string& name) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (set_lock(file_, F_RDLCK, name, Waits::yes)) held_.insert(name);
}

void NameLocks::release(const std::string& name) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (held_.erase(name) > 0) set_lock(file_, F_UNLCK, name, Waits::no);
}

void NameLocks::unless_held_elsewhere(const std::string& name, const std::function<void()>& act) {
  const std::lock_guard<std::mutex> guard(mutex_);
  // One that is refused stays the shared lock that it was.
  if (!set_lock(file_, F_WRLCK, name, Waits::no)) return;
  act();
  set_lock(file_, held_.count(name) > 0 ? F_RDLCK : F_UNLCK, name, Waits::no);
}

}  // namespace minerva
