#include "minerva/base/checksum.hpp"

#include <sha2.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"

namespace minerva {

struct Sha256::Context {
  SHA2_CTX state;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { SHA256Init(&context_->state); }
Sha256::~Sha256() = default;

void Sha256::add(const void* bytes, std::size_t size) {
  SHA256Update(&context_->state, static_cast<const std::uint8_t*>(bytes), size);
}

std::string Sha256::finish() {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256Final(digest, &context_->state);
  SHA256Init(&context_->state);
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string sha256(const void* bytes, std::size_t size) {
  Sha256 digest;
  digest.add(bytes, size);
  return digest.finish();
}

bool is_sha256(const std::string& text) {
  return text.size() == 2 * SHA256_DIGEST_LENGTH &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string sha256_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError(path, "", std::string("cannot be read: ") + std::strerror(errno));
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    throw UserError(path, "", "needs a file; a folder, device or pipe is there");
  }
  Sha256 digest;
  std::vector<char> buffer(1 << 16);
  constexpr int kBuffersBetweenLooks = 256;  // 16 MiB: what a run reads at its end is shorter
  for (int i = 1; file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
                  file.gcount() > 0;
       ++i) {
    if (i % kBuffersBetweenLooks == 0) throw_if_interrupted();
    digest.add(buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw UserError(path, "", "cannot be read to its end");
  return digest.finish();
}

}  // namespace minerva
