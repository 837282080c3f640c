#include "minerva/core/checksum.hpp"

#include <sha2.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "minerva/core/errors.hpp"

namespace minerva {
namespace {
std::string finish(SHA2_CTX& context) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256Final(digest, &context);
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}
}  // namespace

std::string sha256(const void* bytes, std::size_t size) {
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, static_cast<const std::uint8_t*>(bytes), size);
  return finish(context);
}

std::string sha256_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError(path, "", std::string("cannot be read: ") + std::strerror(errno));
  SHA2_CTX context;
  SHA256Init(&context);
  std::vector<char> buffer(1 << 16);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
         file.gcount() > 0) {
    SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(buffer.data()),
                 static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw UserError(path, "", "cannot be read to its end");
  return finish(context);
}

}  // namespace minerva
