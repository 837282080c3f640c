#pragma once
#include <string>

namespace minerva {

/// Writes all bytes to an open file, also when signals interrupt it. Throws UserError naming `path`
/// and the reason.
void write_bytes(int descriptor, const std::string& bytes, const std::string& path);

}  // namespace minerva
