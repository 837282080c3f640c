#pragma once
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "minerva/base/errors.hpp"

// What the tests of libs/data share: files in a folder of their own, and refusals.
namespace minerva::test {

inline std::string packed(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(bytes.size() + 1000, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A test with a folder of its own, removed at the end.
class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) /
              (std::string("minerva_data_test_") + test->test_suite_name() + "_" + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }

  /// Writes a file, whose folder must be there; its path.
  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::filesystem::path folder_;
};

/// Expects a UserError whose message starts with `where` and holds `reason`, on one line.
template <class Action>
void expect_refused(const Action& action, const std::string& where, const std::string& reason) {
  try {
    action();
    ADD_FAILURE() << "accepted, expected: " << where << " .. " << reason;
  } catch (const UserError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind(where, 0), 0U) << message << "\nexpected at its start: " << where;
    EXPECT_NE(message.find(reason), std::string::npos) << message << "\nexpected in it: " << reason;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

}  // namespace minerva::test
