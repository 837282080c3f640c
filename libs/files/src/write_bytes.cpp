#include "minerva/files/write_bytes.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

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

}  // namespace minerva
