#include "rtl_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "program.hpp"

namespace minerva::test {

bool has_icarus() { return run_in("/", "iverilog -V && make --version").exit_code == 0; }

BenchRun run_bench(const std::vector<ExportedFile>& files, const std::string& target,
                   const char* read, std::string* bytes) {
  const TemporaryFolder folder;
  for (const ExportedFile& file : files) folder.write(file.name, file.bytes);
  const ProgramResult result = run_in(folder.path(), "make -s " + target + " 2>&1");
  BenchRun run;
  run.output = result.standard_output;
  long long predictions = 0;
  long long cycles = 0;
  long long compared = 0;
  long long differences = -1;
  std::size_t line = 0;
  while (line < run.output.size() && differences < 0) {
    std::sscanf(run.output.c_str() + line,
                "%lld predictions, %lld cycles, %lld numbers compared, %lld differences",
                &predictions, &cycles, &compared, &differences);
    line = run.output.find('\n', line);
    line = line == std::string::npos ? run.output.size() : line + 1;
  }
  run.predictions = predictions;
  run.cycles = cycles;
  run.compared = compared;
  run.passed = result.exit_code == 0 && differences == 0;
  if (read != nullptr && folder.has(read)) *bytes = folder.read(read);
  return run;
}

ExportedFile& file_named(std::vector<ExportedFile>& files, const std::string& name) {
  const auto at = std::find_if(files.begin(), files.end(),
                               [&](const ExportedFile& file) { return file.name == name; });
  if (at == files.end()) throw std::runtime_error("no file " + name);
  return *at;
}

void PrintTo(const Lie& lie, std::ostream* out) {
  *out << lie.file << ": " << lie.from << " becomes " << lie.to;
}

void expect_seen(std::vector<ExportedFile> files, const Lie& lie) {
  const BenchRun honest = run_bench(files);
  ASSERT_TRUE(honest.passed) << honest.output;
  std::string& text = file_named(files, lie.file).bytes;
  const std::size_t at = text.find(lie.from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(lie.from).size(), lie.to);
  const BenchRun run = run_bench(files);
  EXPECT_FALSE(run.passed) << run.output;
  EXPECT_NE(run.output.find("FAIL"), std::string::npos) << run.output;
}

}  // namespace minerva::test
