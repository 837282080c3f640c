#include "minerva/files/atomic_file.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "minerva/files/write_bytes.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::string& action, int error) {
  throw UserError(path, "", "cannot " + action + ": " + std::strerror(error));
}

constexpr const char* kPartial = ".partial";

/// "HOST-PID", so that whoever finds a temporary file can tell whether its writer still lives.
std::string writer_prefix() {
  std::array<char, 65> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return std::string(host.data()) + "-";
}

/// Whether ".NAME.HOST-PID.XXXXXX.partial" was left by a process of this host that has ended.
bool is_abandoned(const std::string& name) {
  const std::string mark = "." + writer_prefix();
  const std::size_t at = name.rfind(mark);
  if (at == std::string::npos || at == 0) return false;
  const std::size_t digits = at + mark.size();
  const std::size_t end = name.find_first_not_of("0123456789", digits);
  if (end == digits || end == std::string::npos || name[end] != '.' || end - digits > 9) {
    return false;
  }
  const pid_t writer = std::stoi(name.substr(digits, end - digits));
  return ::kill(writer, 0) != 0 && errno == ESRCH;
}

/// An open file under a temporary name; removed unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target) : target_(target.string()) {
    const std::string suffix = kPartial;
    const std::string pattern =
        (target.parent_path() / ("." + target.filename().string() + "." + writer_prefix() +
                                 std::to_string(::getpid()) + ".XXXXXX" + suffix))
            .string();
    name_.assign(pattern.c_str(), pattern.c_str() + pattern.size() + 1);
    descriptor_ = ::mkostemps(name_.data(), static_cast<int>(suffix.size()), O_CLOEXEC);
    if (descriptor_ < 0) fail(target_, "create it", errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!renamed_) ::unlink(name_.data());
  }

  void write(const std::string& bytes) { write_bytes(descriptor_, bytes, target_); }

  void publish() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(descriptor_, 0666 & ~mask) != 0) fail(target_, "set its permissions", errno);
    if (::fsync(descriptor_) != 0) fail(target_, "flush it to the disk", errno);
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) fail(target_, "close it", errno);
    if (::rename(name_.data(), target_.c_str()) != 0) fail(target_, "rename it", errno);
    renamed_ = true;
  }

 private:
  std::string target_;
  std::vector<char> name_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

}  // namespace

void write_file(const std::string& path, const std::string& bytes) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw UserError(path, "", "needs the name of a file; a folder or device is there");
  }
  TemporaryFile file{fs::path(path)};
  file.write(bytes);
  file.publish();
  // The new name is in the folder's own data, which reaches the disk by a flush of its own.
  const std::string folder = fs::path(path).parent_path().string();
  const int descriptor =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::fsync(descriptor);  // refused by some file systems; the file itself is whole either way
    ::close(descriptor);
  }
}

std::string read_file(const std::string& path, std::size_t largest_bytes) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path, "open it", errno);
  std::string bytes;
  std::vector<char> block(std::size_t{1} << 16);
  ssize_t count = 0;
  do {
    count = ::read(descriptor, block.data(), block.size());
    if (count > 0) bytes.append(block.data(), static_cast<std::size_t>(count));
  } while (bytes.size() <= largest_bytes && (count > 0 || (count < 0 && errno == EINTR)));
  const int error = errno;
  ::close(descriptor);
  if (count < 0) fail(path, "read it", error);
  if (bytes.size() > largest_bytes) {
    throw UserError(path, "", "needs at most " + std::to_string(largest_bytes) + " bytes");
  }
  return bytes;
}

void remove_partial_files(const std::string& folder, Partial which) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.front() != '.' || entry.path().extension() != kPartial) continue;
    std::error_code ignored;  // one that stays costs room, nothing else
    if (which == Partial::all || is_abandoned(name)) fs::remove(entry.path(), ignored);
  }
}

void remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, "remove it", errno);
}

void make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw UserError(path, "", "cannot make this folder: " + error.message());
  if (!fs::is_directory(path, error)) throw UserError(path, "", "needs a folder; a file is there");
}

}  // namespace minerva
