#include <gtest/gtest.h>

#include <string>

#include "data_files.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {

constexpr std::size_t kPlane = 32 * 32;

/// Sample i has label i mod 10; red, green and blue of pixel p are i + p, 2 i + p and 3 i + p, as
/// bytes.
std::string records(int first, int count) {
  std::string bytes;
  for (int i = first; i < first + count; ++i) {
    bytes += static_cast<char>(i % 10);
    for (int colour = 1; colour <= 3; ++colour) {
      for (std::size_t p = 0; p < kPlane; ++p) {
        bytes += static_cast<char>((colour * i + static_cast<int>(p)) % 256);
      }
    }
  }
  return bytes;
}

class CifarSet : public test::FilesTest {
 protected:
  CifarSet() {
    write("data_batch_1.bin", records(0, 40));
    write("test_batch.bin", records(100, 25));
  }
  DataOptions options() const {
    DataOptions o;
    o.set = "cifar10";
    o.dir = folder_.string();
    return o;
  }
  std::string error(const DataOptions& o) const {
    try {
      load_dataset(o);
    } catch (const UserError& e) {
      return e.what();
    }
    return "";
  }
};

TEST_F(CifarSet, HasItsChannelsLast) {
  const Dataset data = load_dataset(options());
  EXPECT_EQ(data.input_shape, (TensorShape{32, 32, 3}));
  EXPECT_EQ(data.classes, 10);
  EXPECT_EQ(data.train.size() + data.validation.size(), 40);
  EXPECT_EQ(data.test.size(), 25);
  for (const int pixel : {0, 1, 500, 1023}) {
    for (int colour = 0; colour < 3; ++colour) {
      const auto byte = static_cast<float>(((colour + 1) * 107 + pixel) % 256);
      EXPECT_EQ(data.test.inputs.at(3 * pixel + colour, 7), byte / 255.0F);
    }
  }
  EXPECT_EQ(data.test.labels[7], 7);
}

TEST_F(CifarSet, HalvesItsTestFileForAGivenNetwork) {
  DataOptions o = options();
  const Dataset whole = load_dataset(o);
  o.validation_from = ValidationFrom::test;
  const Dataset data = load_dataset(o);
  EXPECT_EQ(data.train.size(), 40);
  ASSERT_EQ(data.validation.size(), 12);
  ASSERT_EQ(data.test.size(), 13);
  for (std::int64_t s = 0; s < 25; ++s) {
    const bool first = s < 12;
    const Samples& part = first ? data.validation : data.test;
    const std::int64_t at = first ? s : s - 12;
    EXPECT_EQ(part.labels[static_cast<std::size_t>(at)],
              whole.test.labels[static_cast<std::size_t>(s)]);
    EXPECT_EQ(part.inputs.at(5, at), whole.test.inputs.at(5, s));
  }
  EXPECT_FALSE(data.validation_held_out);
  EXPECT_NE(data.recipe, whole.recipe);
}

TEST_F(CifarSet, TakesANumberAChannel) {
  DataOptions o = options();
  const Dataset plain = load_dataset(o);
  o.subtract = "0.5, 0.25,0.125";
  o.divide = "0.5,0.25,2";
  const Dataset scaled = load_dataset(o);
  const float subtract[] = {0.5F, 0.25F, 0.125F};
  const float divide[] = {0.5F, 0.25F, 2.0F};
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(scaled.test.inputs.at(i, 3),
              (plain.test.inputs.at(i, 3) - subtract[i % 3]) / divide[i % 3]);
  }
  o.divide = "0.5,0.25";
  EXPECT_NE(error(o).find("data.divide"), std::string::npos);
  EXPECT_NE(error(o).find("one a channel"), std::string::npos);
  o.divide = "0.5,0,1";
  EXPECT_NE(error(o).find("not 0"), std::string::npos);
}

TEST_F(CifarSet, RefusesWhatIsNoSuchFile) {
  write("test_batch.bin", records(0, 3) + "x");
  EXPECT_NE(error(options()).find("records of 3073 bytes"), std::string::npos);
  std::string label = records(0, 3);
  label[3073] = 10;
  write("test_batch.bin", label);
  EXPECT_NE(error(options()).find("sample 2"), std::string::npos);
  write("test_batch.bin", records(0, 1));
  DataOptions o = options();
  o.validation_from = ValidationFrom::test;
  EXPECT_NE(error(o).find("data.validation_from"), std::string::npos);
  o.set = "digits";
  EXPECT_NE(error(o).find("data.validation_from"), std::string::npos);
}

}  // namespace
}  // namespace minerva
