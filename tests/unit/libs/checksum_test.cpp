#include "minerva/base/checksum.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

std::string of(const std::string& text) { return sha256(text.data(), text.size()); }

TEST(Checksum, PublishedVectors) {
  // FIPS 180-4 examples.
  EXPECT_EQ(of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(of(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Checksum, AFileGivesTheSumOfItsBytes) {
  const std::string path = ::testing::TempDir() + "minerva_checksum_test.bin";
  // Around the size of a read buffer, where a loop over reads goes wrong.
  for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 200000U}) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 37 % 251);
    {
      std::ofstream file(path, std::ios::binary);
      file << bytes;
    }
    EXPECT_EQ(sha256_of_file(path), of(bytes)) << size;
  }
  std::remove(path.c_str());
}

TEST(Checksum, AFileThatCannotBeReadIsNamed) {
  try {
    sha256_of_file("/nonexistent/file.bin");
    FAIL() << "accepted a missing file";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent/file.bin"), std::string::npos);
  }
  EXPECT_THROW(sha256_of_file(::testing::TempDir()), UserError);  // a directory
}

}  // namespace
}  // namespace minerva
