#pragma once
#include <cstddef>
#include <limits>
#include <string>

#include "minerva/base/limits.hpp"
#include "minerva/files/folder.hpp"

namespace minerva {

/// Writes a whole file or nothing: the bytes go to a temporary name in the same folder, which no
/// file and no link had before, are flushed to the disk, and the file is renamed. A link of the
/// file's name is replaced, what it leads to stays. On failure (no space, no permission, a file
/// size limit) the temporary file is removed, an existing file stays as it was, and UserError names
/// the file and the reason. The folder must exist. A process must ignore SIGXFSZ to get the error,
/// instead of the signal, at its file size limit.
void write_file(const std::string& path, const std::string& bytes);

/// The bytes of a file. Throws UserError naming the file when it is missing, a folder, unreadable,
/// or longer than `largest_bytes`, of which no more is read.
std::string read_file(const std::string& path, std::size_t largest_bytes = limits::kTextBytes);
/// For files of any length that this program wrote.
inline constexpr std::size_t kAnyLength = std::numeric_limits<std::size_t>::max();

/// Which temporary files of write_file are removed: all of them, in a folder that no other process
/// writes to; or those whose process has ended, in a folder that others may write to.
enum class Partial { all, abandoned };
/// Removes the temporary files of killed processes from a folder.
void remove_partial_files(const Folder& folder, Partial which);
/// Removes those that killed processes of this host left beside a file that they were to write.
void remove_abandoned_files_of(const std::string& path);
/// Whether a name is that of such a temporary file.
bool is_partial_file(const std::string& name);
/// Makes an empty temporary file beside `path`, for a writer that opens files by their name, and
/// returns its path. Its name ends in `ending`.
std::string make_partial_file(const std::string& path, const std::string& ending);

/// Gives a file of a folder the name `to`, unless something has that name already; false then.
/// Throws UserError when it cannot.
bool rename_to_new(const std::string& from, const std::string& to);

/// Removes a file, if there is one. Throws UserError when it cannot be removed.
void remove_file(const std::string& path);

/// Makes a folder and those above it. Throws UserError when it cannot, or when a file has the name.
void make_folder(const std::string& path);

}  // namespace minerva
