#include "design_space_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <vector>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/write_bytes.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::dse {
namespace {

constexpr const char* kSchema = "minerva-exploration-1";

[[noreturn]] void fail(const std::string& path, const std::string& action) {
  throw UserError(path, "", "cannot " + action + ": " + std::strerror(errno));
}

/// Lines in the first `bytes` of an open file; nothing when it is shorter or does not end a line
/// there.
std::optional<std::uint64_t> lines_in(int file, std::uint64_t bytes) {
  std::vector<char> block(std::size_t{1} << 20);
  std::uint64_t at = 0;
  std::uint64_t lines = 0;
  char last = 0;
  for (std::uint64_t left = bytes; left > 0;) {
    const ssize_t got = ::pread(file, block.data(), std::min<std::uint64_t>(left, block.size()),
                                static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    lines += static_cast<std::uint64_t>(std::count(block.begin(), block.begin() + got, '\n'));
    last = block[static_cast<std::size_t>(got) - 1];
    at += static_cast<std::uint64_t>(got);
    left -= static_cast<std::uint64_t>(got);
  }
  if (last != '\n') return std::nullopt;
  return lines;
}

void append_list(std::string& text, const char* name, const std::vector<std::uint64_t>& values) {
  text += std::string(name) + " " + std::to_string(values.size());
  for (const std::uint64_t value : values) text += " " + std::to_string(value);
  text += "\n";
}

/// Reads "name value"; false when another name stands there.
bool read_value(std::istream& in, const char* name, std::uint64_t& value) {
  std::string word;
  return in >> word >> value && word == name;
}

bool read_list(std::istream& in, const char* name, std::vector<std::uint64_t>& values) {
  std::uint64_t size = 0;
  if (!read_value(in, name, size) || size > (std::uint64_t{1} << 32)) return false;
  values.clear();
  for (std::uint64_t i = 0; i < size; ++i) {
    std::uint64_t value = 0;
    if (!(in >> value)) return false;
    values.push_back(value);
  }
  return true;
}

}  // namespace

DesignSpaceFile::DesignSpaceFile(const Folder& folder, const std::string& name,
                                 const std::string& problem, const std::string& first_line)
    : folder_(folder.again()),
      name_(name),
      part_(name + ".part"),
      checkpoint_(name + ".checkpoint") {
  const std::string all = problem + first_line;
  problem_sha256_ = sha256(all.data(), all.size());
  folder_.expect_in_place();
  const bool go_on = read_checkpoint();
  if (!go_on) {
    state_ = {};
    bytes_ = 0;
    folder_.remove(checkpoint_);
  }
  open_part(go_on);
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
    fail(folder_.path_of(part_), "shorten it");
  }
  if (::lseek(descriptor_, 0, SEEK_END) < 0) fail(folder_.path_of(part_), "write it");
  if (!go_on) write_bytes(first_line);
}

/// Opens the part that is to be gone on with, or a new one. What a link leads to is not ours.
void DesignSpaceFile::open_part(bool go_on) {
  const std::string shown = folder_.path_of(part_);
  struct stat status {};
  const bool there =
      ::fstatat(folder_.descriptor(), part_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (there && !S_ISREG(status.st_mode)) {
    throw UserError(shown, "", "is a link, a folder or a device; needs to be moved away");
  }
  if (!go_on) folder_.remove(part_);
  descriptor_ = ::openat(folder_.descriptor(), part_.c_str(),
                         O_WRONLY | O_NOFOLLOW | O_CLOEXEC | (go_on ? 0 : O_CREAT | O_EXCL), 0666);
  if (descriptor_ < 0) fail(shown, "create it");
}

DesignSpaceFile::~DesignSpaceFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool DesignSpaceFile::read_checkpoint() {
  const std::optional<std::string> text = folder_.read_if_there(checkpoint_);
  if (!text) return false;
  std::istringstream file(*text);
  const std::string shown = folder_.path_of(checkpoint_);
  std::string schema;
  std::string problem;
  std::string end;
  bool good = static_cast<bool>(file >> schema >> problem) && schema == kSchema;
  if (good && problem != problem_sha256_) {
    log_warning(shown + " belongs to another design space; starting over");
    return false;
  }
  good = good && read_value(file, "bytes", bytes_) && read_value(file, "next", state_.next) &&
         read_value(file, "legal", state_.legal) &&
         read_value(file, "within_constraints", state_.within_constraints) &&
         read_value(file, "sample_stride", state_.sample_stride);
  std::vector<std::uint64_t> skipped;
  good = good && read_list(file, "skipped", skipped) && skipped.size() == kRules &&
         read_list(file, "frontier", state_.frontier) && read_list(file, "sample", state_.sample) &&
         file >> end && end == "end";
  const int part = ::openat(folder_.descriptor(), part_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  struct stat status {};
  // The first line, and one for each legal machine, in a file that has no other name.
  good = good && part >= 0 && ::fstat(part, &status) == 0 && status.st_nlink == 1 &&
         lines_in(part, bytes_) == state_.legal + 1;
  if (part >= 0) ::close(part);
  if (!good) {
    log_warning(shown + " does not fit its file; starting over");
    return false;
  }
  std::copy(skipped.begin(), skipped.end(), state_.skipped.begin());
  log_info("going on with " + folder_.path_of(name_) + " at combination " +
           std::to_string(state_.next));
  return true;
}

void DesignSpaceFile::write_bytes(const std::string& bytes) {
  expects(descriptor_ >= 0, "DesignSpaceFile: a file that is finished");
  minerva::write_bytes(descriptor_, bytes, folder_.path_of(part_));
  bytes_ += bytes.size();
}

void DesignSpaceFile::write(const std::string& lines) { write_bytes(lines); }

void DesignSpaceFile::checkpoint(const ExplorationState& state) {
  std::string text = std::string(kSchema) + " " + problem_sha256_ + "\n";
  const auto add = [&](const char* name, std::uint64_t value) {
    text += std::string(name) + " " + std::to_string(value) + "\n";
  };
  add("bytes", bytes_);
  add("next", state.next);
  add("legal", state.legal);
  add("within_constraints", state.within_constraints);
  add("sample_stride", state.sample_stride);
  append_list(text, "skipped", {state.skipped.begin(), state.skipped.end()});
  append_list(text, "frontier", state.frontier);
  append_list(text, "sample", state.sample);
  text += "end\n";
  // Flushing it to the disk would take longer than the block, and a kill cannot lose it.
  folder_.write(checkpoint_, text, Flush::left_to_the_system);
}

void DesignSpaceFile::finish() {
  const std::string shown = folder_.path_of(part_);
  if (::fsync(descriptor_) != 0) fail(shown, "flush it to the disk");
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail(shown, "close it");
  folder_.expect_in_place();
  const int at = folder_.descriptor();
  if (::renameat(at, part_.c_str(), at, name_.c_str()) != 0) {
    fail(folder_.path_of(name_), "rename it");
  }
  folder_.remove(checkpoint_);
}

void DesignSpaceFile::remove_unfinished(const Folder& folder, const std::string& name) {
  for (const char* suffix : {".part", ".checkpoint"}) folder.remove(name + suffix);
}

}  // namespace minerva::dse
