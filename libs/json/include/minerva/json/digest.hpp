#pragma once
#include <string>

#include "minerva/json/fields.hpp"

namespace minerva::json {

/// The name of the member that holds the checksum of a file.
inline constexpr const char* kDigestMember = "sha256";

/// Pretty text as dump() gives it, with one more member in its first line: the SHA-256 of the text
/// without that line. For files that this program alone writes, which no editor should change.
std::string dump_with_digest(const Json& object);

/// Throws UserError naming `file` when the text has no checksum in its first line, or when it is
/// not that of the rest: some byte is not the one that was written.
void check_digest(const std::string& text, const std::string& file);

}  // namespace minerva::json
