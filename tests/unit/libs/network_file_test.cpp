#include "minerva/interchange/network_file.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {
class NetworkFileTest : public ::testing::Test {
 protected:
  NetworkFileTest() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = ::testing::TempDir() + "minerva_network_file_test_" + test->name();
  }
  ~NetworkFileTest() override { std::filesystem::remove_all(path_); }

  Network read(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return chain_network(read_network(path_));
  }

  void expect_refused(const std::string& bytes, const std::string& reason) const {
    try {
      read(bytes);
      ADD_FAILURE() << "accepted, expected: " << reason;
    } catch (const UserError& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.rfind(path_, 0), 0U) << message;
      EXPECT_NE(message.find(reason), std::string::npos) << message;
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
  }

  std::string path_;
};

Network small_network() {
  Network network;
  network.trained_by = "a \"test\", seed 1";
  network.layers.resize(2);
  network.layers[0].weights.resize(3, 2);
  network.layers[0].weights << 1, 2, 3, 4, 5, -6.5F;
  network.layers[0].biases.resize(3);
  network.layers[0].biases << 0.1F, -0.0F, 1e-42F;
  network.layers[1].weights.resize(1, 3);
  network.layers[1].weights << 7, 8, 9;
  network.layers[1].biases.resize(1);
  network.layers[1].biases << -1;
  return network;
}

std::string with_length(const std::string& header, const std::string& data) {
  std::string bytes;
  for (std::size_t i = 0; i < 8; ++i) {
    bytes += static_cast<char>((std::uint64_t{header.size()} >> (8 * i)) & 0xff);
  }
  return bytes + header + data;
}

std::string header_of(const std::string& bytes) {
  return bytes.substr(
      8, static_cast<unsigned char>(bytes[0]) + 256U * static_cast<unsigned char>(bytes[1]));
}

/// Our file with one piece of its header replaced.
std::string edited(const std::string& from, const std::string& to) {
  const std::string bytes = serialize_network(small_network());
  std::string header = header_of(bytes);
  const std::string data = bytes.substr(8 + header.size());
  const std::size_t at = header.find(from);
  EXPECT_NE(at, std::string::npos) << from << " is not in " << header;
  return with_length(header.replace(at, from.size(), to), data);
}

/// One layer of two inputs and one output, as somebody else's tool would write it.
constexpr const char* kForeignHeader =
    R"({"w0":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
    R"("b0":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})";
std::string foreign_data(const std::vector<float>& values = {1.5F, -2, 3}) {
  std::string data(4 * values.size(), '\0');
  std::memcpy(data.data(), values.data(), data.size());
  return data;
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_F(NetworkFileTest, RoundTripKeepsEveryBit) {
  const Network network = small_network();
  const std::string bytes = serialize_network(network);
  const Network back = read(bytes);
  EXPECT_EQ(back.trained_by, network.trained_by);
  EXPECT_EQ(back.topology(), network.topology());
  EXPECT_EQ(serialize_network(back), bytes);
  EXPECT_EQ(header_of(bytes).size() % 8, 0U);
}

TEST_F(NetworkFileTest, WeightsAreStoredInputByInput) {
  const std::string bytes = serialize_network(small_network());
  const std::string header = header_of(bytes);
  EXPECT_NE(header.find(R"("shape":[2,3])"), std::string::npos) << header;
  float first[6];
  std::memcpy(first, bytes.data() + 8 + header.size(), sizeof first);
  EXPECT_EQ(std::vector<float>(first, first + 6), (std::vector<float>{1, 3, 5, 2, 4, -6.5F}));
}

TEST_F(NetworkFileTest, ForeignFileWithoutMetadataIsRead) {
  const Network network = read(with_length(kForeignHeader, foreign_data()));
  ASSERT_EQ(network.layers.size(), 1U);
  ASSERT_EQ(network.layers[0].weights.rows(), 2);  // one output: a first one of zeros is added
  EXPECT_EQ(network.layers[0].weights(1, 1), -2);
  EXPECT_EQ(network.layers[0].biases(1), 3);
  EXPECT_EQ(network.trained_by, "");
  const std::string tagged = replaced(kForeignHeader, "{", R"({"__metadata__":{"format":"pt"},)");
  EXPECT_EQ(read(with_length(tagged, foreign_data())).layers.size(), 1U);
}

TEST_F(NetworkFileTest, MissingFileAndFolder) {
  EXPECT_THROW(read_network(path_), UserError);
  std::filesystem::create_directory(path_);
  EXPECT_THROW(read_network(path_), UserError);
}

TEST_F(NetworkFileTest, EveryTruncationIsRefused) {
  const std::string bytes = serialize_network(small_network());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    expect_refused(bytes.substr(0, size), "");
  }
}

TEST_F(NetworkFileTest, EveryFlippedDataBitIsRefused) {
  const std::string bytes = serialize_network(small_network());
  for (std::size_t at = 8 + header_of(bytes).size(); at < bytes.size(); ++at) {
    std::string broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ 4);
    expect_refused(broken, "SHA-256");
  }
}

TEST_F(NetworkFileTest, BadLengthsAreRefused) {
  const std::string bytes = serialize_network(small_network());
  expect_refused(bytes + "x", "follow the last tensor");
  expect_refused(std::string(8, '\xff') + bytes.substr(8), "header must be at most");
  expect_refused(std::string(8, '\0') + bytes.substr(8), "no JSON object");
  std::string huge(8, '\0');
  huge[3] = 0x10;  // 256 MiB of header
  expect_refused(huge + bytes.substr(8), "header must be at most");
}

TEST_F(NetworkFileTest, BadHeadersAreRefused) {
  const std::string data = foreign_data();
  const std::string good = kForeignHeader;
  const auto refuse = [&](const std::string& from, const std::string& to,
                          const std::string& reason) {
    expect_refused(with_length(replaced(good, from, to), data), reason);
  };
  expect_refused(with_length("[1,2]", data), "no JSON object");
  expect_refused(with_length("{\"w0\":", data), "no JSON object");
  expect_refused(with_length(std::string(100000, '['), data), "within each other");
  expect_refused(with_length("{}", ""), "tensor is missing");
  refuse("F32", "F64", "8 bytes an element");
  refuse("F32", "I32", "dtype F32");
  refuse("F32", "F4", "dtype F32");
  refuse(R"("dtype":"F32",)", "", "dtype F32");
  refuse("[2,1]", "[2.5,1]", "whole numbers shape");
  refuse("[2,1]", "[-2,1]", "whole numbers shape");
  refuse("[2,1]", R"(["2",1])", "whole numbers shape");
  refuse("[2,1]", "[0,1]", "4 bytes an element");
  refuse("[2,1]", "[1099511627776,4194304]", "4 bytes an element");
  refuse("[2,1]", "[18446744073709551615,18446744073709551615,2]", "4 bytes an element");
  refuse("[2,1]", "[2,1,1]", "2 dimension");
  refuse("[2,1]", "[2]", "2 dimension");
  refuse("[2,1]", "[1,1]", "4 bytes an element");
  refuse("[0,8]", "[0,8,9]", "4 bytes an element");
  refuse("[0,8]", "[8,0]", "4 bytes an element");
  refuse("[8,12]", "[12,16]", "4 bytes an element");
  refuse("[8,12]", "[18446744073709551612,0]", "4 bytes an element");
  refuse("[8,12]", "[4,8]", "overlap");
  expect_refused(with_length(replaced(good, "[8,12]", "[12,16]"), data + "1234"),
                 "belong to no tensor");
  refuse("b0", "b1", "b0");
  refuse("b0", "w0", "stands twice");
  refuse("\"b0\"", "\"c0\"", "b0");
  refuse(R"({"dtype":"F32","shape":[1],"data_offsets":[8,12]})", "17", "JSON object");
  expect_refused(with_length(R"({"w0":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},)"
                             R"("b0":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                             data),
                 "biases");
}

TEST_F(NetworkFileTest, LayersThatDoNotChainAreRefused) {
  const std::string header = R"({"w0":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},)"
                             R"("b0":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
                             R"("w1":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},)"
                             R"("b1":{"dtype":"F32","shape":[1],"data_offsets":[16,20]}})";
  expect_refused(with_length(header, foreign_data({1, 2, 3, 4, 5})), "takes 2 inputs");
}

TEST_F(NetworkFileTest, NumbersThatAreNotFiniteAreRefused) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    expect_refused(with_length(kForeignHeader, foreign_data({1, bad, 2})), "not finite");
    expect_refused(with_length(kForeignHeader, foreign_data({1, 2, bad})), "not finite");
  }
}

TEST_F(NetworkFileTest, BadMetadataAreRefused) {
  expect_refused(edited("minerva-network-1", "minerva-network-2"), "format must be");
  expect_refused(edited("\"sha256\"", "\"sha257\""), "SHA-256");
  expect_refused(edited("\"trained_by\":", "\"trained_by\":1,\"x\":"), "must be a string");
  expect_refused(edited("\"w0\"", "\"__metadata__\""), "stands twice");
}

}  // namespace
}  // namespace minerva
