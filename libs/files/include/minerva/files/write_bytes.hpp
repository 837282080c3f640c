#pragma once
#include <string>

namespace minerva {

/// Writes all bytes to an open file, whatever interrupts it. UserError names `path` and the reason.
void write_bytes(int descriptor, const std::string& bytes, const std::string& path);

}  // namespace minerva
