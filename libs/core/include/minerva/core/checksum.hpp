#pragma once
#include <cstddef>
#include <string>

namespace minerva {

/// SHA-256 of a block of bytes, as 64 hexadecimal digits.
std::string sha256(const void* bytes, std::size_t size);
/// SHA-256 of a file; throws UserError when it cannot be read.
std::string sha256_of_file(const std::string& path);

}  // namespace minerva
