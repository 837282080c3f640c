#pragma once
#include <cstddef>
#include <memory>
#include <string>

namespace minerva {

/// SHA-256 of a block of bytes, as 64 hexadecimal digits.
std::string sha256(const void* bytes, std::size_t size);
/// Whether a text is one: 64 hexadecimal digits, in lower case.
bool is_sha256(const std::string& text);
/// SHA-256 of a file; throws UserError when it cannot be read, and Interrupted, of a long one, when
/// that was requested.
std::string sha256_of_file(const std::string& path);

/// SHA-256 of bytes that are added block by block.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(const void* bytes, std::size_t size);
  /// The digest of all bytes added, as 64 hexadecimal digits. The next add begins a new digest.
  std::string finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace minerva
