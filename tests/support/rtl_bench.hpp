#pragma once
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "minerva/accelsim/rtl_files.hpp"

namespace minerva::test {

/// Whether Icarus Verilog and make are installed.
bool has_icarus();

/// What a bench said.
struct BenchRun {
  bool passed = false;
  std::int64_t predictions = 0;
  std::int64_t cycles = 0;
  std::int64_t compared = 0;  ///< numbers
  std::string output;
};

/// Writes the files into a new folder, runs `make TARGET` there, and removes it.
/// @param read the name of a file that the bench writes, whose bytes go to `*bytes`; null: none.
BenchRun run_bench(const std::vector<ExportedFile>& files, const std::string& target = "iverilog",
                   const char* read = nullptr, std::string* bytes = nullptr);

/// The file of that name; the test fails when there is none.
ExportedFile& file_named(std::vector<ExportedFile>& files, const std::string& name);

/// One place of one file that is changed.
struct Lie {
  const char* file;
  const char* from;
  const char* to;
};
void PrintTo(const Lie& lie, std::ostream* out);

/// Expects that the bench of these files passes as they are, and fails with the lie in them.
void expect_seen(std::vector<ExportedFile> files, const Lie& lie);

}  // namespace minerva::test
