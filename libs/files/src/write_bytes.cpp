#include "minerva/files/write_bytes.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva {

void write_bytes(int descriptor, const std::string& bytes, const std::string& path) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw UserError(path, "", std::string("cannot write it: ") + std::strerror(errno));
    }
    done += static_cast<std::size_t>(written);
  }
}

std::string read_bytes(int descriptor, const std::string& path, std::size_t largest_bytes) {
  std::string bytes;
  std::vector<char> block(std::size_t{1} << 16);
  while (bytes.size() <= largest_bytes) {
    const ssize_t count = ::read(descriptor, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw UserError(path, "", std::string("cannot read it: ") + std::strerror(errno));
    }
    if (count == 0) return bytes;
    bytes.append(block.data(), static_cast<std::size_t>(count));
  }
  throw UserError(path, "", "needs at most " + std::to_string(largest_bytes) + " bytes");
}

}  // namespace minerva
