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

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

std::string read_holder(int file) {
  std::array<char, 600> text{};
  const ssize_t bytes = ::pread(file, text.data(), text.size() - 1, 0);
  return bytes > 0 ? std::string(text.data(), static_cast<std::size_t>(bytes)) : "another process";
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
  return "process " + std::to_string(::getpid()) + " on " +
         (host[0] == '\0' ? "this host" : host.data()) +
         (command.empty() ? "" : " (" + command + ")") + " since " + time_text();
}

}  // namespace

FolderLock::FolderLock(const std::string& folder)
    : FolderLock(folder, [&](const std::string& holder) {
        throw UserError(folder, "",
                        "is in use by " + holder + "; needs another folder, or its end");
      }) {}

FolderLock::FolderLock(const std::string& folder,
                       const std::function<void(const std::string&)>& on_wait) {
  const std::string path = folder + "/" + kName;
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) {
    throw UserError(folder, "",
                    std::string("cannot write to this folder: ") + std::strerror(errno));
  }
  try {
    while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) {
        throw UserError(folder, "",
                        std::string("cannot lock this folder: ") + std::strerror(errno));
      }
      on_wait(read_holder(file_));
      const timespec half_a_second{0, 500'000'000};
      ::nanosleep(&half_a_second, nullptr);
    }
  } catch (...) {
    ::close(std::exchange(file_, -1));
    throw;
  }
  // A holder that cannot be written down only makes the other process's message less telling.
  const std::string self = describe_self();
  if (::ftruncate(file_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(file_, self.data(), self.size(), 0);
  }
}

bool FolderLock::holds_what_is_there() const {
  struct stat status {};
  return file_ >= 0 && ::fstat(file_, &status) == 0 && status.st_nlink > 0;
}

std::optional<std::string> FolderLock::holder_of(const std::string& folder) {
  const int file = ::open((folder + "/" + kName).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::optional<std::string> holder;
  // Shared, so that two who look do not take each other for a holder.
  if (::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) holder = read_holder(file);
  ::close(file);
  return holder;
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
