#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

// What every fuzz target shares. A target is one file with one function, LLVMFuzzerTestOneInput;
// libFuzzer drives it in the preset fuzz, replay_corpus.cpp in all others.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace minerva::fuzz {

/// Ends the process with `what` on standard error when `holds` is false: the input is a finding.
void require(bool holds, const char* what);

/// Whether a terminal shows a text on one line: no control characters.
bool is_one_line(const std::string& text);

/// Whether `read` takes its input. A UserError is the one exception it may throw, and its message
/// must be one line without control characters, of a length that a terminal shows.
bool accepts(const std::function<void()>& read);
/// How often accepts() was true. A corpus of which nothing is read covers nothing behind the reader.
int accepted_inputs();

std::string text_of(const std::uint8_t* data, std::size_t size);

/// A file that never touches a disk, for readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace minerva::fuzz
