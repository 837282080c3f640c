#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "fuzz_check.hpp"

// Runs a fuzz target over the files of a folder, without libFuzzer: `TARGET FOLDER`. Fails when the
// target does, for a folder without a file, and for one of which the target accepts no file: its
// inputs are of an older format and test the reader's first check alone.
int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  int replayed = 0;
  try {
    for (const auto& entry : fs::directory_iterator(argv[1])) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream bytes;
      bytes << file.rdbuf();
      const std::string input = bytes.str();
      std::printf("%s, %zu bytes\n", entry.path().filename().c_str(), input.size());
      std::fflush(stdout);  // names the input that ends the process
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
      ++replayed;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  const int accepted = minerva::fuzz::accepted_inputs();
  std::printf("%d inputs, %d accepted\n", replayed, accepted);
  return replayed > 0 && accepted > 0 ? 0 : 1;
}
