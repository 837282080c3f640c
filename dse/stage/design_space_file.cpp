#include "design_space_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "minerva/run/logging.hpp"
#include "minerva/files/write_bytes.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::dse {
namespace {

constexpr const char* kSchema = "minerva-exploration-1";

[[noreturn]] void fail(const std::string& path, const std::string& action) {
  throw UserError(path, "", "cannot " + action + ": " + std::strerror(errno));
}

/// Lines in the first `bytes` of a file; nothing when it is shorter or does not end a line there.
std::optional<std::uint64_t> lines_in(const std::string& path, std::uint64_t bytes) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> block(std::size_t{1} << 20);
  std::uint64_t lines = 0;
  char last = 0;
  for (std::uint64_t left = bytes; left > 0;) {
    file.read(block.data(),
              static_cast<std::streamsize>(std::min<std::uint64_t>(left, block.size())));
    const std::streamsize got = file.gcount();
    if (got <= 0) return std::nullopt;
    lines += static_cast<std::uint64_t>(std::count(block.begin(), block.begin() + got, '\n'));
    last = block[static_cast<std::size_t>(got) - 1];
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

DesignSpaceFile::DesignSpaceFile(const std::string& folder, const std::string& name,
                                 const std::string& problem, const std::string& first_line)
    : path_(folder + "/" + name), part_(path_ + ".part"), checkpoint_(path_ + ".checkpoint") {
  const std::string all = problem + first_line;
  problem_sha256_ = sha256(all.data(), all.size());
  const bool go_on = read_checkpoint();
  if (!go_on) {
    state_ = {};
    bytes_ = 0;
    std::remove(checkpoint_.c_str());
  }
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(part_, "create it");
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) fail(part_, "shorten it");
  if (::lseek(descriptor_, 0, SEEK_END) < 0) fail(part_, "write it");
  if (!go_on) write_bytes(first_line);
}

DesignSpaceFile::~DesignSpaceFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool DesignSpaceFile::read_checkpoint() {
  std::ifstream file(checkpoint_);
  if (!file) return false;
  std::string schema;
  std::string problem;
  std::string end;
  bool good = static_cast<bool>(file >> schema >> problem) && schema == kSchema;
  if (good && problem != problem_sha256_) {
    log_warning(checkpoint_ + " belongs to another design space; starting over");
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
  // The first line, and one for each legal machine.
  good = good && lines_in(part_, bytes_) == state_.legal + 1;
  if (!good) {
    log_warning(checkpoint_ + " does not fit its file; starting over");
    return false;
  }
  std::copy(skipped.begin(), skipped.end(), state_.skipped.begin());
  log_info("going on with " + path_ + " at combination " + std::to_string(state_.next));
  return true;
}

void DesignSpaceFile::write_bytes(const std::string& bytes) {
  expects(descriptor_ >= 0, "DesignSpaceFile: a file that is finished");
  minerva::write_bytes(descriptor_, bytes, part_);
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
  // Not flushed to the disk, which would take longer than the block: a kill cannot lose it.
  const std::string temporary = checkpoint_ + ".new";
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) fail(temporary, "write it");
  if (std::rename(temporary.c_str(), checkpoint_.c_str()) != 0) fail(checkpoint_, "rename it");
}

void DesignSpaceFile::finish() {
  if (::fsync(descriptor_) != 0) fail(part_, "flush it to the disk");
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail(part_, "close it");
  if (std::rename(part_.c_str(), path_.c_str()) != 0) fail(path_, "rename it");
  std::remove(checkpoint_.c_str());
  std::remove((checkpoint_ + ".new").c_str());
}

void DesignSpaceFile::remove_unfinished(const std::string& folder, const std::string& name) {
  for (const char* suffix : {".part", ".checkpoint", ".checkpoint.new"}) {
    std::remove((folder + "/" + name + suffix).c_str());
  }
}

}  // namespace minerva::dse
