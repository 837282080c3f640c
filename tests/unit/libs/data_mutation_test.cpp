#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/data/load_dataset.hpp"

// Damaged files of every form: they load as sound data or are refused by a UserError on one line;
// anything else fails the test.
namespace minerva {
namespace {

class MutationTest : public test::FilesTest {
 protected:
  /// Changes, removes, repeats or cuts off a few bytes.
  static std::string damaged(std::string bytes, KeyedRandom& random) {
    static const std::string kLikely = "0123456789,;\t\n\r\" .-+ea\xff\xc3";
    for (std::uint64_t k = 1 + random.below(3); k > 0 && !bytes.empty(); --k) {
      const std::size_t at = random.below(bytes.size());
      const std::size_t length = 1 + random.below(6);
      switch (random.below(5)) {
        case 0:
          bytes[at] = kLikely[random.below(kLikely.size())];
          break;
        case 1:
          bytes[at] = static_cast<char>(random.below(256));
          break;
        case 2:
          bytes.erase(at, length);
          break;
        case 3:
          bytes.insert(at, bytes.substr(at, length));
          break;
        default:
          bytes.resize(at);
      }
    }
    return bytes;
  }

  static void expect_sound(const Dataset& data) {
    ASSERT_GE(data.class_names.size(), 2U);
    for (const Samples* part : {&data.train, &data.validation, &data.test}) {
      ASSERT_EQ(part->inputs.rows(), data.inputs());
      ASSERT_EQ(part->size(), static_cast<std::int64_t>(part->labels.size()));
      ASSERT_GE(part->size(), 1);
      for (const std::int32_t label : part->labels) {
        ASSERT_GE(label, 0);
        ASSERT_LT(label, data.classes);
      }
      std::vector<float> values(static_cast<std::size_t>(data.inputs()));
      for (Eigen::Index s = 0; s < part->size(); ++s) {
        part->inputs.copy_column(s, values.data());
        for (const float value : values) ASSERT_TRUE(std::isfinite(value));
      }
    }
  }

  void run(DataOptions options, const std::string& good) {
    options.train_file = write("train", good);
    expect_sound(load_dataset(options));
    int loaded = 0;
    int refused = 0;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      KeyedRandom random(seed, Stream::test);
      const std::string bytes = damaged(good, random);
      write("train", random.below(8) == 0 ? damaged(test::packed(bytes), random) : bytes);
      try {
        expect_sound(load_dataset(options));
        ++loaded;
      } catch (const UserError& error) {
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
        ++refused;
      }
    }
    EXPECT_GT(loaded, 5);
    EXPECT_GT(refused, 60);
  }
};

TEST_F(MutationTest, CsvFiles) {
  std::string text = "x,\"y\",kind\n";
  for (int i = 0; i < 12; ++i) {
    text += std::to_string(i) + ",-" + std::to_string(i * i) + ".5e1," + (i % 3 == 0 ? "a" : "b") +
            "\n";
  }
  DataOptions options;
  options.set = "csv";
  options.test_samples = 3;
  run(options, text);
}

TEST_F(MutationTest, ArffFiles) {
  std::string text =
      "% of a test\n@relation r\n@attribute x real\n@attribute 'y z' numeric\n"
      "@attribute kind {a,b}\n@data\n";
  for (int i = 0; i < 12; ++i) {
    text += std::to_string(i) + ",-" + std::to_string(i * i) + ".5e1," + (i % 3 == 0 ? "a" : "b") +
            "\n";
  }
  DataOptions options;
  options.set = "arff";
  options.test_samples = 3;
  run(options, text);
}

TEST_F(MutationTest, LibsvmFiles) {
  std::string text;
  for (int i = 0; i < 12; ++i) {
    text += std::string(i % 3 == 0 ? "-1" : "+1") + " 1:" + std::to_string(i) + " 3:-" +
            std::to_string(i * i) + ".5e1 # c\n";
  }
  DataOptions options;
  options.set = "libsvm";
  options.test_samples = 3;
  run(options, text);
}

TEST_F(MutationTest, Documents) {
  std::string text;
  for (int i = 0; i < 12; ++i) {
    text += (i % 3 == 0 ? "art\tpaint oil paint t" : "ball\tgoal t") + std::to_string(i % 4) + "\n";
  }
  DataOptions options;
  options.set = "bag_of_words";
  options.test_samples = 3;
  run(options, text);
}

TEST_F(MutationTest, IdxFiles) {
  std::string images("\0\0\x8\3\0\0\0\xc\0\0\0\2\0\0\0\2", 16);
  std::string labels("\0\0\x8\1\0\0\0\xc", 8);
  for (int i = 0; i < 12; ++i) {
    images += std::string(4, static_cast<char>(20 * i));
    labels += static_cast<char>(i % 3);
  }
  DataOptions options;
  options.set = "idx";
  options.train_labels_file = write("labels", labels);
  options.test_samples = 3;
  run(options, images);
}

}  // namespace
}  // namespace minerva
