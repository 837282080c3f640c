#include "minerva/cluster/shard_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <set>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/write_bytes.hpp"

namespace minerva {
namespace {

constexpr const char* kShardSchema = "minerva-shard-1";
constexpr std::size_t kDigest = 64;
constexpr std::size_t kOffsetDigits = 20;
constexpr std::size_t kTrailer = 4 + kOffsetDigits + 1 + kDigest + 1;
constexpr std::uint64_t kLargestIndex = limits::kTextBytes;

std::string first_line(const std::string& id) {
  return std::string(kShardSchema) + " " + id + "\n";
}

std::string trailer(const std::string& id, std::uint64_t offset, const std::string& index) {
  char digits[kOffsetDigits + 1];
  std::snprintf(digits, sizeof digits, "%020llu", static_cast<unsigned long long>(offset));
  const std::string digested = first_line(id) + index;
  return "end " + std::string(digits) + " " + sha256(digested.data(), digested.size()) + "\n";
}

/// "SIZE SHA256 NAME"; false for anything else.
bool parse_part(const std::string& line, ShardPart& part) {
  const std::size_t size_end = line.find(' ');
  if (size_end == std::string::npos || line.size() < size_end + kDigest + 3) return false;
  const auto [stopped, error] = std::from_chars(line.data(), line.data() + size_end, part.size);
  if (error != std::errc() || stopped != line.data() + size_end) return false;
  part.sha256 = line.substr(size_end + 1, kDigest);
  part.name = line.substr(size_end + kDigest + 2);
  return line[size_end + 1 + kDigest] == ' ' && is_sha256(part.sha256) && is_part_name(part.name);
}

}  // namespace

bool is_part_name(const std::string& name) {
  if (name.empty() || name.front() == '/') return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < ' ' || c == 127) return false;
  }
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string word = name.substr(begin, end - begin);
    if (word.empty() || word == "." || word == "..") return false;
    if (end == name.size()) return true;
    begin = end + 1;
  }
}

ShardWriter::ShardWriter(std::string temporary_path, const std::string& id)
    : path_(std::move(temporary_path)), id_(id) {
  expects(is_sha256(id), "a shard's id is a SHA-256");
  // A new file: what a killed worker left, or a link, is not written to.
  remove_file(path_);
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw UserError(path_, "", std::string("cannot create it: ") + std::strerror(errno));
  }
  write(first_line(id_));
}

ShardWriter::~ShardWriter() {
  if (descriptor_ < 0) return;
  // Stopped before its end. The name may be another file's by now.
  struct stat written {};
  struct stat named {};
  const bool ours = ::fstat(descriptor_, &written) == 0 && ::lstat(path_.c_str(), &named) == 0 &&
                    written.st_dev == named.st_dev && written.st_ino == named.st_ino;
  if (ours) ::unlink(path_.c_str());
  ::close(descriptor_);
}

void ShardWriter::write(const std::string& bytes) {
  expects(descriptor_ >= 0, "a shard's file that is finished");
  write_bytes(descriptor_, bytes, path_);
  bytes_ += bytes.size();
}

void ShardWriter::end_part() {
  if (name_.empty()) return;
  index_ += std::to_string(bytes_ - part_begin_) + " " + part_digest_.finish() + " " + name_ + "\n";
  names_.push_back(std::exchange(name_, ""));
}

void ShardWriter::begin_part(const std::string& name) {
  end_part();
  expects(is_part_name(name), "a shard's part needs a name below a folder");
  expects(std::find(names_.begin(), names_.end(), name) == names_.end(),
          "two parts of a shard have one name");
  name_ = name;
  part_begin_ = bytes_;
}

void ShardWriter::append(const std::string& bytes) {
  expects(!name_.empty(), "a shard's bytes need a part");
  part_digest_.add(bytes.data(), bytes.size());
  write(bytes);
}

void ShardWriter::add(const std::string& name, const std::string& bytes) {
  begin_part(name);
  append(bytes);
}

void ShardWriter::finish() {
  end_part();
  const std::uint64_t offset = bytes_;
  write(index_);
  write(trailer(id_, offset, index_));
  const bool flushed = ::fsync(descriptor_) == 0;
  const int error = errno;
  const bool closed = ::close(std::exchange(descriptor_, -1)) == 0;
  if (!flushed || !closed) {
    throw UserError(
        path_, "",
        std::string("cannot flush it to the disk: ") + std::strerror(flushed ? errno : error));
  }
}

void ShardReader::refuse(const std::string& why) const { throw UserError(path_, "", why); }

ShardReader::ShardReader(std::string path) : path_(std::move(path)) {
  file_.open(path_, std::ios::binary);
  if (!file_) refuse(std::string("cannot be read: ") + std::strerror(errno));
  file_.seekg(0, std::ios::end);
  const std::streamoff end = file_.tellg();
  const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(end, 0));
  const std::string schema = std::string(kShardSchema) + " ";
  const std::uint64_t head = schema.size() + kDigest + 1;
  const auto text_at = [&](std::uint64_t offset, std::uint64_t count) {
    std::string text(count, '\0');
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(text.data(), static_cast<std::streamsize>(count));
    if (static_cast<std::uint64_t>(file_.gcount()) != count) refuse("cannot be read to its end");
    return text;
  };
  if (size < head + kTrailer) refuse("is damaged: cut short");
  const std::string first = text_at(0, head);
  id_ = first.substr(schema.size(), kDigest);
  if (first != first_line(id_) || !is_sha256(id_)) {
    refuse("is damaged: does not begin with " + std::string(kShardSchema));
  }
  const std::string last = text_at(size - kTrailer, kTrailer);
  std::uint64_t offset = 0;
  std::from_chars(last.data() + 4, last.data() + 4 + kOffsetDigits, offset);
  if (offset < head || offset > size - kTrailer || size - kTrailer - offset > kLargestIndex) {
    refuse("is damaged: its end is not that of a shard");
  }
  const std::string index = text_at(offset, size - kTrailer - offset);
  if (last != trailer(id_, offset, index)) refuse("is damaged: its end is not that of a shard");
  std::uint64_t at = head;
  std::set<std::string> names;
  for (std::size_t begin = 0; begin < index.size();) {
    const std::size_t line_end = std::min(index.find('\n', begin), index.size());
    ShardPart part;
    part.offset = at;
    if (!parse_part(index.substr(begin, line_end - begin), part) || part.size > offset - at) {
      refuse("is damaged: its list of parts");
    }
    if (!names.insert(part.name).second) refuse("holds two parts " + part.name);
    at += part.size;
    parts_.push_back(std::move(part));
    begin = line_end + 1;
  }
  if (at != offset) refuse("is damaged: its parts do not fill it");
}

const ShardPart* ShardReader::find(const std::string& name) const {
  const auto found = std::find_if(parts_.begin(), parts_.end(),
                                  [&](const ShardPart& part) { return part.name == name; });
  return found == parts_.end() ? nullptr : &*found;
}

std::string ShardReader::read(const std::string& name) {
  const ShardPart* part = find(name);
  if (part == nullptr) refuse("has no part " + name);
  std::string bytes;
  read(*part, [&](const std::string& block) { bytes += block; });
  return bytes;
}

void ShardReader::read(const ShardPart& part,
                       const std::function<void(const std::string& block)>& take) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
  Sha256 digest;
  std::string block;
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(part.offset));
  for (std::uint64_t left = part.size; left > 0; left -= block.size()) {
    throw_if_interrupted();
    block.resize(std::min(left, kBlock));
    file_.read(block.data(), static_cast<std::streamsize>(block.size()));
    if (static_cast<std::size_t>(file_.gcount()) != block.size()) {
      refuse("cannot be read to its end");
    }
    digest.add(block.data(), block.size());
    take(block);
  }
  if (digest.finish() != part.sha256) {
    refuse("is damaged: the bytes of " + part.name + " are not those that were written");
  }
}

void ShardReader::check() {
  for (const ShardPart& part : parts_) read(part, [](const std::string&) {});
}

}  // namespace minerva
