#pragma once
#include <cstddef>
#include <limits>
#include <string>

#include "minerva/base/limits.hpp"

namespace minerva {

/// Writes a whole file or nothing: the bytes go to a temporary name in the same folder, are flushed
/// to the disk, and the file is renamed. On failure (no space, no permission, a file size limit)
/// the temporary file is removed, an existing file stays as it was, and UserError names the file
/// and the reason. The folder must exist. A process must ignore SIGXFSZ to get the error, instead
/// of the signal, at its file size limit.
void write_file(const std::string& path, const std::string& bytes);

/// The bytes of a file. Throws UserError naming the file when it is missing, a folder, unreadable,
/// or longer than `largest_bytes`, of which no more is read.
std::string read_file(const std::string& path, std::size_t largest_bytes = limits::kTextBytes);
/// For files of any length that this program wrote.
inline constexpr std::size_t kAnyLength = std::numeric_limits<std::size_t>::max();

/// Which temporary files of write_file are removed: all of them, in a folder that no other process
/// writes to; or those whose process has ended, in a folder that others may write to.
enum class Partial { all, abandoned };
/// Removes the temporary files of killed processes from a folder. The folder need not exist.
void remove_partial_files(const std::string& folder, Partial which);

/// Removes a file, if there is one. Throws UserError when it cannot be removed.
void remove_file(const std::string& path);

/// Makes a folder and those above it. Throws UserError when it cannot, or when a file has the name.
void make_folder(const std::string& path);

}  // namespace minerva
