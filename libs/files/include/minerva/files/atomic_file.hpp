#pragma once
#include <cstddef>
#include <limits>
#include <string>

namespace minerva {

/// Writes a whole file or nothing: under a temporary name in the same folder, flushed to the disk,
/// then renamed. On failure (no space, no permission, a file size limit) the temporary file is
/// removed, what stood under the name before stays, and UserError names the file and the reason.
/// The folder must exist. A process that wants the error for its file size limit ignores SIGXFSZ.
void write_file(const std::string& path, const std::string& bytes);

/// The bytes of a file; UserError names the file when it is missing, a folder, unreadable, or
/// longer than `largest_bytes`.
std::string read_file(const std::string& path,
                      std::size_t largest_bytes = std::numeric_limits<std::size_t>::max());

/// Temporary files of write_file: all of them, where nobody else writes; or those whose process has
/// ended, where others may.
enum class Partial { all, abandoned };
/// Removes what killed processes left behind in a folder, which need not exist.
void remove_partial_files(const std::string& folder, Partial which);

/// Removes a file; one that is not there is fine. UserError when it cannot.
void remove_file(const std::string& path);

/// Makes a folder and those above it; UserError when it cannot, or when a file is in the way.
void make_folder(const std::string& path);

}  // namespace minerva
