#pragma once
#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "minerva/base/checksum.hpp"

namespace minerva {

// The one file that a shard's worker leaves:
//   minerva-shard-1 ID            the content that the shard is of (ShardPlan::id)
//   the bytes of the parts, one after the other
//   SIZE SHA256 NAME              a line a part
//   end OFFSET SHA256             where these lines begin (20 digits), and their digest with the
//                                 first line's
// Its bytes are a function of the work alone: no times, hosts or numbers of threads.

/// Writes a shard's file under a temporary name, part by part, so that memory does not grow with
/// it.
class ShardWriter {
 public:
  /// Creates `temporary_path`, in the place of what a killed worker left there; UserError when it
  /// cannot.
  ShardWriter(std::string temporary_path, const std::string& id);
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;
  /// Removes a file that was not finished.
  ~ShardWriter();

  /// Begins a part, which ends with the next one. Names are those of files and folders below a
  /// folder ("trainings/0123.txt"), each once.
  void begin_part(const std::string& name);
  void append(const std::string& bytes);
  /// A whole part.
  void add(const std::string& name, const std::string& bytes);
  /// Completes the file and flushes it to the disk.
  void finish();

 private:
  void write(const std::string& bytes);
  void end_part();

  std::string path_;
  std::string id_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;  ///< written
  std::string name_;         ///< of the part under way; empty: none
  std::uint64_t part_begin_ = 0;
  Sha256 part_digest_;
  std::string index_;
  std::vector<std::string> names_;
};

struct ShardPart {
  std::string name;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string sha256;
};

/// A shard's file. Opening it reads first line and index, and throws UserError naming the file when
/// it is not whole (cut short, or not such a file). Every part is checked as it is read.
class ShardReader {
 public:
  explicit ShardReader(std::string path);

  const std::string& path() const { return path_; }
  const std::string& id() const { return id_; }
  const std::vector<ShardPart>& parts() const { return parts_; }
  const ShardPart* find(const std::string& name) const;
  /// The bytes of a part; UserError when it is absent, or its bytes are not those that were
  /// written.
  std::string read(const std::string& name);
  /// Hands them out in blocks, the last of them before the whole was checked.
  void read(const ShardPart& part, const std::function<void(const std::string& block)>& take);
  /// Reads every part. UserError as above.
  void check();

 private:
  [[noreturn]] void refuse(const std::string& why) const;

  std::string path_;
  std::string id_;
  std::ifstream file_;
  std::vector<ShardPart> parts_;
};

/// Whether a part's name stays below the folder that it is put into.
bool is_part_name(const std::string& name);

}  // namespace minerva
