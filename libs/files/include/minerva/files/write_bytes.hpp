#pragma once
#include <cstddef>
#include <string>

namespace minerva {

/// Writes all bytes to an open file, also when signals interrupt it. Throws UserError naming `path`
/// and the reason.
void write_bytes(int descriptor, const std::string& bytes, const std::string& path);

/// Reads an open file to its end. Throws UserError naming `path` when it cannot be read, and when
/// it is longer than `largest_bytes`.
std::string read_bytes(int descriptor, const std::string& path, std::size_t largest_bytes);

}  // namespace minerva
