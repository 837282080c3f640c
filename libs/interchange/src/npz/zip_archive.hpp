#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace minerva {

/// A file in a zip archive.
struct ZipMember {
  std::string name;
  std::string bytes;
};

/// All members of an archive, stored or deflated, their checksums tested. Throws UserError naming
/// `file` for a damaged archive, an encrypted or otherwise compressed member, a repeated name, more
/// than `most_members`, or members that unpack to more than `most_bytes` together; what it
/// allocates grows with what was unpacked, never with what the archive claims.
/// `check_begin` gets the name, the first bytes and the size of each member of more than 64 KiB,
/// before the rest of it is unpacked, and throws for one that is not wanted.
using CheckBegin =
    std::function<void(const std::string& name, std::string_view begin, std::uint64_t size)>;
std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& file,
                                std::size_t most_members, std::size_t most_bytes,
                                const CheckBegin& check_begin);
/// The names alone.
std::vector<std::string> zip_names(std::string_view bytes, const std::string& file,
                                   std::size_t most_members);

/// An archive of stored members with one fixed time, so that equal members give equal bytes.
std::string zip_bytes(const std::vector<ZipMember>& members);

}  // namespace minerva
