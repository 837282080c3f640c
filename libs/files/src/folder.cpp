#include "minerva/files/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "descriptor.hpp"
#include "file_error.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/write_bytes.hpp"
#include "partial_name.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;

void expect_plain(const std::string& name) {
  expects(!name.empty() && name.find('/') == std::string::npos && name != "." && name != "..",
          "a name in a folder is plain");
}

/// -1 and errno when there is none. A folder that may not be listed can still be written to.
int open_folder(int at, const char* name, int flags) {
  const int found = ::openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
  if (found >= 0 || errno != EACCES) return found;
  return ::openat(at, name, O_PATH | O_DIRECTORY | O_CLOEXEC | flags);
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Makes those above a folder and then the folder itself; returns whether it was missing.
bool make_folders(const std::string& path) {
  const auto refuse = [&](const std::string& why) -> void {
    throw UserError(path, "", "cannot make this folder: " + why);
  };
  std::error_code error;
  fs::path plain(path);
  if (!plain.has_filename()) plain = plain.parent_path();  // a slash at the end
  if (plain.has_parent_path()) fs::create_directories(plain.parent_path(), error);
  if (error) refuse(error.message());
  if (::mkdir(plain.c_str(), 0777) == 0) return true;
  const int reason = errno;
  if (fs::is_directory(plain, error)) return false;
  refuse(std::strerror(reason == EEXIST ? ENOTDIR : reason));
  return false;
}

/// A file under a temporary name in a folder; removed unless it was renamed.
class TemporaryFile {
 public:
  TemporaryFile(const Folder& folder, const std::string& target)
      : folder_(folder), shown_(folder.path_of(target)), target_(target) {
    constexpr int kMostTries = 100;
    for (int i = 0; i < kMostTries && !file_.is_open(); ++i) {
      name_ = partial_name(target);
      file_ = Descriptor(::openat(folder.descriptor(), name_.c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
      if (!file_.is_open() && errno != EEXIST) break;
    }
    if (!file_.is_open()) fail(shown_, "create it", errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!renamed_) ::unlinkat(folder_.descriptor(), name_.c_str(), 0);
  }

  void write(const std::string& bytes) { write_bytes(file_.get(), bytes, shown_); }

  void publish(Flush flush) {
    const bool flushes = flush == Flush::to_the_disk;
    if (flushes && ::fsync(file_.get()) != 0) fail(shown_, "flush it to the disk", errno);
    if (::close(file_.release()) != 0) fail(shown_, "close it", errno);
    const int at = folder_.descriptor();
    if (::renameat(at, name_.c_str(), at, target_.c_str()) != 0) fail(shown_, "rename it", errno);
    renamed_ = true;
    // The new name is in the folder's own data, which reaches the disk by a flush of its own. Some
    // file systems refuse it; the file itself is whole either way.
    if (flushes) ::fsync(at);
  }

 private:
  const Folder& folder_;
  std::string shown_;
  std::string target_;
  std::string name_;
  Descriptor file_;
  bool renamed_ = false;
};

std::vector<std::string> names_in(int folder, const std::string& shown) {
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* listing = again < 0 ? nullptr : ::fdopendir(again);
  if (listing == nullptr) {
    const int error = errno;
    if (again >= 0) ::close(again);
    throw UserError(shown, "", std::string("cannot list this folder: ") + std::strerror(error));
  }
  std::vector<std::string> names;
  errno = 0;
  for (const dirent* entry = nullptr; (entry = ::readdir(listing)) != nullptr; errno = 0) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  const int error = errno;
  ::closedir(listing);
  if (error != 0) {
    throw UserError(shown, "", std::string("cannot list this folder: ") + std::strerror(error));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void remove_tree(int folder, const std::string& name, const std::string& shown) {
  if (::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return;
  if (errno != EISDIR && errno != EPERM) fail(shown, "remove it", errno);
  const Descriptor inside(
      ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!inside.is_open()) fail(shown, "remove it", errno);
  for (const std::string& each : names_in(inside.get(), shown)) {
    remove_tree(inside.get(), each, shown + "/" + each);
  }
  if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    fail(shown, "remove it", errno);
  }
}

}  // namespace

Folder::Folder(std::string path, int descriptor, bool was_made)
    : path_(std::move(path)), descriptor_(descriptor), was_made_(was_made) {
  std::error_code ignored;
  absolute_ = fs::absolute(path_.empty() ? "." : path_, ignored).string();
}

Folder::Folder(const std::string& path)
    : Folder(path, open_folder(AT_FDCWD, path.empty() ? "." : path.c_str(), 0), false) {
  if (descriptor_ < 0) fail(path, "open this folder", errno);
}

Folder Folder::make(const std::string& path) {
  const bool was_made = make_folders(path);
  Folder folder(path);
  folder.was_made_ = was_made;
  return folder;
}

std::optional<Folder> Folder::open_if_there(const std::string& path) {
  const int found = open_folder(AT_FDCWD, path.c_str(), 0);
  if (found >= 0) return Folder(path, found, false);
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  fail(path, "open this folder", errno);
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)),
      absolute_(std::move(other.absolute_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      was_made_(other.was_made_) {}

Folder& Folder::operator=(Folder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(absolute_, other.absolute_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(was_made_, other.was_made_);
  return *this;
}

Folder::~Folder() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Folder Folder::again() const {
  Folder same(path_, ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0), false);
  if (same.descriptor_ < 0) fail(path_, "hold this folder", errno);
  same.absolute_ = absolute_;
  return same;
}

std::string Folder::path_of(const std::string& name) const {
  return path_.empty() ? name : (fs::path(path_) / name).string();
}

bool Folder::is_in_place() const {
  struct stat held {};
  struct stat named {};
  return ::fstat(descriptor_, &held) == 0 && ::stat(absolute_.c_str(), &named) == 0 &&
         same_file(held, named);
}

void Folder::expect_in_place() const {
  if (is_in_place()) return;
  throw UserError(path_.empty() ? "." : path_, "",
                  "was removed, moved or replaced while this program was using it; needs to stay "
                  "until its end");
}

Folder Folder::make_inside(const std::string& name) const {
  expect_plain(name);
  const bool was_made = ::mkdirat(descriptor_, name.c_str(), 0777) == 0;
  if (!was_made && errno != EEXIST) fail(path_of(name), "make this folder", errno);
  std::optional<Folder> inside = open_inside(name);
  if (!inside) fail(path_of(name), "make this folder", ENOENT);
  inside->was_made_ = was_made;
  return std::move(*inside);
}

std::optional<Folder> Folder::open_inside(const std::string& name) const {
  expect_plain(name);
  const int found = open_folder(descriptor_, name.c_str(), O_NOFOLLOW);
  if (found < 0 && errno == ENOENT) return std::nullopt;
  if (found < 0 && (errno == ENOTDIR || errno == ELOOP)) {
    throw UserError(path_of(name), "", "needs to be a folder; a link or a file is there");
  }
  if (found < 0) fail(path_of(name), "open this folder", errno);
  Folder inside(path_of(name), found, false);
  inside.absolute_ = (fs::path(absolute_) / name).string();
  return inside;
}

std::vector<std::string> Folder::names() const { return names_in(descriptor_, path_); }

bool Folder::has(const std::string& name) const {
  expect_plain(name);
  struct stat status {};
  return ::fstatat(descriptor_, name.c_str(), &status, 0) == 0 && S_ISREG(status.st_mode);
}

std::string Folder::read(const std::string& name, std::size_t largest_bytes) const {
  std::optional<std::string> bytes = read_if_there(name, largest_bytes);
  if (!bytes) fail(path_of(name), "open it", ENOENT);
  return std::move(*bytes);
}

std::optional<std::string> Folder::read_if_there(const std::string& name,
                                                 std::size_t largest_bytes) const {
  expect_plain(name);
  const std::string shown = path_of(name);
  const Descriptor file(::openat(descriptor_, name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open()) fail(shown, "open it", errno);
  return read_bytes(file.get(), shown, largest_bytes);
}

void Folder::write(const std::string& name, const std::string& bytes, Flush flush) const {
  expect_plain(name);
  expect_in_place();
  struct stat there {};
  if (::fstatat(descriptor_, name.c_str(), &there, 0) == 0 && !S_ISREG(there.st_mode)) {
    throw UserError(path_of(name), "", "needs the name of a file; a folder or device is there");
  }
  TemporaryFile file(*this, name);
  file.write(bytes);
  file.publish(flush);
}

void Folder::remove(const std::string& name) const {
  expect_plain(name);
  if (::unlinkat(descriptor_, name.c_str(), 0) != 0 && errno != ENOENT) {
    fail(path_of(name), "remove it", errno);
  }
}

void Folder::remove_contents(const std::vector<std::string>& kept) const {
  for (const std::string& name : names()) {
    if (std::find(kept.begin(), kept.end(), name) != kept.end()) continue;
    remove_tree(descriptor_, name, path_of(name));
  }
}

void Folder::remove_empty_inside(const std::string& name) const {
  expect_plain(name);
  if (::unlinkat(descriptor_, name.c_str(), AT_REMOVEDIR) == 0) return;
  if (errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST) return;
  fail(path_of(name), "remove it", errno);
}

}  // namespace minerva
