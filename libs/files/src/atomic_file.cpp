#include "minerva/files/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "descriptor.hpp"
#include "file_error.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/write_bytes.hpp"
#include "partial_name.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;

/// The folder of a file that is to be written.
Folder folder_of(const std::string& path) {
  const fs::path target(path);
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (!target.has_filename() || (fs::exists(status) && !fs::is_regular_file(status))) {
    throw UserError(path, "", "needs the name of a file; a folder or device is there");
  }
  const std::string parent = target.parent_path().string();
  if (parent.empty()) return Folder("");
  std::optional<Folder> folder = Folder::open_if_there(parent);
  if (!folder) fail(path, "create it", fs::exists(parent, error) ? ENOTDIR : ENOENT);
  return std::move(*folder);
}

}  // namespace

void write_file(const std::string& path, const std::string& bytes) {
  folder_of(path).write(fs::path(path).filename().string(), bytes);
}

std::string read_file(const std::string& path, std::size_t largest_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail(path, "open it", errno);
  return read_bytes(file.get(), path, largest_bytes);
}

void remove_partial_files(const Folder& folder, Partial which) {
  for (const std::string& name : folder.names()) {
    const bool goes = which == Partial::all ? is_partial_name(name) : is_abandoned(name);
    // One that stays costs room, nothing else.
    if (goes) ::unlinkat(folder.descriptor(), name.c_str(), 0);
  }
}

void remove_abandoned_files_of(const std::string& path) {
  const Folder folder = folder_of(path);
  const std::string target = fs::path(path).filename().string();
  for (const std::string& name : folder.names()) {
    if (is_abandoned(name, target)) ::unlinkat(folder.descriptor(), name.c_str(), 0);
  }
}

bool is_partial_file(const std::string& name) { return is_partial_name(name); }

std::string make_partial_file(const std::string& path, const std::string& ending) {
  const Folder folder = folder_of(path);
  const std::string name = partial_name(fs::path(path).filename().string(), ending);
  const Descriptor file(::openat(folder.descriptor(), name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.is_open()) fail(path, "create it", errno);
  return folder.path_of(name);
}

bool rename_to_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) fail(to, "give a file this name", errno);
  // A file system that does not know this kind of renaming; a second name never replaces one.
  if (::link(from.c_str(), to.c_str()) == 0) {
    remove_file(from);
    return true;
  }
  if (errno == EEXIST) return false;
  // Nor second names: such a file system can do no better than a look.
  struct stat there {};
  if (::lstat(to.c_str(), &there) == 0) return false;
  if (::rename(from.c_str(), to.c_str()) != 0) fail(to, "give a file this name", errno);
  return true;
}

void remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, "remove it", errno);
}

void make_folder(const std::string& path) { Folder::make(path); }

}  // namespace minerva
