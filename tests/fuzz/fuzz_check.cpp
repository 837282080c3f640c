#include "fuzz_check.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "minerva/base/errors.hpp"

namespace minerva::fuzz {
namespace {
// Assumption: what somebody still reads. Lists of allowed words make the longest messages.
constexpr std::size_t kLongestMessageBytes = 3000;
int accepted = 0;
}  // namespace

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: does not hold: %s\n", what);
  std::abort();
}

bool is_one_line(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

bool accepts(const std::function<void()>& read) {
  try {
    read();
  } catch (const UserError& error) {
    const std::string message = error.what();
    require(!message.empty() && message.size() <= kLongestMessageBytes, "a message of some length");
    require(is_one_line(message), "a message on one line without control characters");
    return false;
  }
  ++accepted;
  return true;
}

int accepted_inputs() { return accepted; }

std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

MemoryFile::MemoryFile(const std::string& bytes) : descriptor_(memfd_create("input", MFD_CLOEXEC)) {
  require(descriptor_ >= 0, "memory for the input file");
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t written = write(descriptor_, bytes.data() + at, bytes.size() - at);
    require(written > 0, "the input file is written");
    at += static_cast<std::size_t>(written);
  }
  path_ = "/proc/self/fd/" + std::to_string(descriptor_);
}

MemoryFile::~MemoryFile() { close(descriptor_); }

}  // namespace minerva::fuzz
