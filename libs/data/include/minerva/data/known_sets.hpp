#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// A file of a known set, with the checksums of the file that this project was tested with.
struct KnownFile {
  std::string name;            ///< without .gz
  std::string packed_sha256;   ///< of name.gz
  std::string content_sha256;  ///< of the unpacked file
  std::int64_t content_bytes;
  std::string other_name{};           ///< of another file that serves, without .gz; may be empty
  std::string other_packed_sha256{};  ///< of other_name.gz
};

/// A data set that this program knows by name, as the book used it (ch. 4, Table 4.1).
struct KnownSet {
  std::string name;   ///< value of data.set
  std::string title;  ///< what it is
  int inputs;
  int classes;
  std::int64_t train_samples;       ///< of the training file, those held out later included
  std::int64_t validation_samples;  ///< of its own; 0: held out of the training file
  std::int64_t test_samples;
  std::string origin;            ///< where to get it
  std::string terms;             ///< licence or terms of use, and citation
  std::vector<KnownFile> files;  ///< all are needed
};

const std::vector<KnownSet>& known_sets();
bool is_known_set(const std::string& name);
/// The set of that name. The name must be that of a known set.
const KnownSet& known_set(const std::string& name);

/// The path of a known file, with or without .gz, in `dir` or in its folder `set`; empty when there
/// is no such file.
std::string find_data_file(const std::string& dir, const std::string& set, const KnownFile& file);

/// How a file on the disk compares with the known one.
enum class FileState {
  missing,
  same_file,      ///< same bytes on disk
  same_content,   ///< compressed differently, same unpacked bytes
  other_content,  ///< readable, but not the file this project was tested with
  unreadable      ///< corrupt, or cannot be opened
};
constexpr EnumNames<FileState, 5> enum_names(FileState) {
  return {{{FileState::missing, "missing"},
           {FileState::same_file, "same file"},
           {FileState::same_content, "same content"},
           {FileState::other_content, "other content"},
           {FileState::unreadable, "unreadable"}}};
}

struct FileInspection {
  std::string path;  ///< empty when missing
  FileState state = FileState::missing;
  std::int64_t bytes = 0;      ///< on disk
  std::string content_sha256;  ///< of the unpacked bytes
  std::string problem;         ///< of an unreadable file
};

/// Looks for a known file and compares its checksums with the known ones. Throws nothing: a file
/// that cannot be read is a result.
FileInspection inspect_file(const std::string& dir, const KnownSet& set, const KnownFile& file);

}  // namespace minerva
