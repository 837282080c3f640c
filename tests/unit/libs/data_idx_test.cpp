#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/data/idx.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {
namespace fs = std::filesystem;
using test::expect_refused;
using test::packed;

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> shift) & 0xff);
  return bytes;
}

/// `count` images of 2 x 3 pixels; image i holds the bytes 6 i, 6 i + 1, ..
std::string images_idx(std::uint32_t count) {
  std::string bytes = big_endian(0x803) + big_endian(count) + big_endian(2) + big_endian(3);
  for (std::uint32_t i = 0; i < 6 * count; ++i) bytes += static_cast<char>(i & 0xff);
  return bytes;
}

/// `count` labels: i modulo 10.
std::string labels_idx(std::uint32_t count) {
  std::string bytes = big_endian(0x801) + big_endian(count);
  for (std::uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
  return bytes;
}

class IdxTest : public test::FilesTest {
 protected:
  IdxTest() { fs::create_directories(folder_ / "mnist"); }

  /// A whole data set of 30 + 12 samples, in `mnist/` or not, packed or not.
  void write_set(const std::string& prefix, const std::string& ending) const {
    const auto form = [&](const std::string& bytes) {
      return ending.empty() ? bytes : packed(bytes);
    };
    write(prefix + "train-images-idx3-ubyte" + ending, form(images_idx(30)));
    write(prefix + "train-labels-idx1-ubyte" + ending, form(labels_idx(30)));
    write(prefix + "t10k-images-idx3-ubyte" + ending, form(images_idx(12)));
    write(prefix + "t10k-labels-idx1-ubyte" + ending, form(labels_idx(12)));
  }

  DataOptions options() const {
    DataOptions options;
    options.set = "mnist";
    options.dir = folder_.string();
    options.validation_samples = 10;
    return options;
  }
};

TEST_F(IdxTest, ReadsPlainAndPackedFiles) {
  for (const std::string& bytes : {images_idx(3), packed(images_idx(3))}) {
    const IdxImages images = read_idx_images(write("images", bytes));
    EXPECT_EQ(images.count, 3);
    EXPECT_EQ(images.sides, (std::vector<int>{2, 3}));
    EXPECT_EQ(images.inputs(), 6);
    ASSERT_EQ(images.pixels.size(), 18U);
    EXPECT_EQ(images.pixels[17], 17);
  }
  const auto labels = read_idx_labels(write("labels", packed(labels_idx(12))), 10);
  EXPECT_EQ(labels, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1}));
}

TEST_F(IdxTest, RefusesWhatIsWrong) {
  const auto refuse_images = [&](const std::string& bytes, const std::string& reason) {
    const std::string path = write("images", bytes);
    expect_refused([&] { read_idx_images(path); }, path, reason);
  };
  const std::string good = images_idx(3);
  const std::string gzip = packed(good);
  expect_refused([&] { read_idx_images(folder_.string() + "/none"); }, folder_.string() + "/none",
                 "cannot be opened");
  refuse_images("", "truncated");
  refuse_images("PNG", "truncated");
  refuse_images(labels_idx(40), "= '1 dimensions': needs an IDX file of 2 to 4 dimensions");
  refuse_images(big_endian(0xd03) + good.substr(4), "= '32-bit floats': needs an IDX file of un");
  refuse_images("GIF89a" + good, "= '47 49 46 38': is no IDX file: needs to begin with");
  refuse_images(good + "x", "after its end");
  refuse_images(packed(good + "x"), "after its end");
  refuse_images(big_endian(0x803) + big_endian(0) + big_endian(2) + big_endian(3), "dimension 0");
  refuse_images(big_endian(0x803) + big_endian(1) + big_endian(2) + big_endian(~0U), "dimension 2");
  refuse_images(gzip + "x", "follow the end of the gzip data");
  refuse_images(gzip + gzip, "follow the end of the gzip data");
  std::string checksum = gzip;
  checksum[checksum.size() - 6] = static_cast<char>(checksum[checksum.size() - 6] ^ 1);
  refuse_images(checksum, "incorrect data check");
  for (std::size_t size = 0; size < good.size(); ++size) refuse_images(good.substr(0, size), "");
  for (std::size_t size = 0; size < gzip.size(); ++size)
    refuse_images(gzip.substr(0, size), "trunc");
}

TEST_F(IdxTest, RefusesLabelsOutOfRange) {
  const std::string path = write("labels", labels_idx(12));
  EXPECT_NO_THROW(read_idx_labels(path, 10));
  expect_refused([&] { read_idx_labels(path, 9); }, path, "label of sample 9 must be 0 to 8");
  const std::string images = write("images", images_idx(1));
  expect_refused([&] { read_idx_labels(images, 10); }, images, "needs an IDX file of 1 dimension");
}

TEST_F(IdxTest, FindsFilesInBothFoldersAndForms) {
  std::set<std::string> checksums;
  for (const std::string prefix : {"", "mnist/"}) {
    for (const std::string ending : {"", ".gz"}) {
      fs::remove_all(folder_);
      fs::create_directories(folder_ / "mnist");
      write_set(prefix, ending);
      const Dataset data = load_dataset(options());
      EXPECT_EQ(data.classes, 10);
      EXPECT_EQ(data.inputs(), 6);
      EXPECT_EQ(data.input_shape, (TensorShape{2, 3, 1}));
      EXPECT_EQ(data.train.size(), 20);
      EXPECT_EQ(data.validation.size(), 10);
      EXPECT_EQ(data.test.size(), 12);
      EXPECT_EQ(data.test.inputs.at(5, 11), 71.0F / 255.0F);
      checksums.insert(data.checksum);
    }
  }
  EXPECT_EQ(checksums.size(), 2U);  // of the files as they are: packed and not
}

TEST_F(IdxTest, SplitsByKeyInTheOrderOfTheFile) {
  write_set("", "");
  const auto first_pixels = [](const Samples& samples) {
    std::vector<int> pixels;
    for (Eigen::Index i = 0; i < samples.size(); ++i) {
      pixels.push_back(static_cast<int>(samples.inputs.at(0, i) * 255.0F + 0.5F));
    }
    return pixels;
  };
  DataOptions options = this->options();
  const Dataset data = load_dataset(options);
  const std::vector<int> train = first_pixels(data.train);
  const std::vector<int> validation = first_pixels(data.validation);
  EXPECT_TRUE(std::is_sorted(train.begin(), train.end()));
  EXPECT_TRUE(std::is_sorted(validation.begin(), validation.end()));
  std::set<int> all(train.begin(), train.end());
  all.insert(validation.begin(), validation.end());
  EXPECT_EQ(all.size(), 30U);
  for (std::size_t i = 0; i < train.size(); ++i) EXPECT_EQ(data.train.labels[i], train[i] / 6 % 10);
  options.split_seed = 2;
  EXPECT_NE(first_pixels(load_dataset(options).validation), validation);
  options.split_seed = 1;
  options.train_samples = 5;
  options.test_samples = 3;
  const Dataset limited = load_dataset(options);
  EXPECT_EQ(first_pixels(limited.train), (std::vector<int>(train.begin(), train.begin() + 5)));
  EXPECT_EQ(first_pixels(limited.validation), validation);
  EXPECT_EQ(limited.test.size(), 3);
}

TEST_F(IdxTest, RefusesAnInconsistentSet) {
  const std::string dir = folder_.string();
  expect_refused([&] { load_dataset(options()); }, dir + "/train-images-idx3-ubyte.gz",
                 "MINERVA_DATA_DIR");
  write_set("", "");
  const auto refuse = [&](auto change, const std::string& key, const std::string& reason = "must") {
    DataOptions changed = options();
    change(changed);
    expect_refused([&] { load_dataset(changed); }, key, reason);
  };
  refuse([](auto& o) { o.dir = ""; }, "data.dir");
  refuse([](auto& o) { o.set = "cifar"; }, "data.set");
  refuse([](auto& o) { o.validation_samples = 30; }, "data.validation_samples");
  refuse([](auto& o) { o.validation_samples = 0; }, "data.validation_samples");  // 10,000 of 30
  refuse([](auto& o) { o.validation_samples = -1; }, "data.validation_samples", "needs");
  refuse([](auto& o) { o.train_samples = 21; }, "data.train_samples");
  refuse([](auto& o) { o.test_samples = 13; }, "data.test_samples");
  const std::string labels = write("t10k-labels-idx1-ubyte", labels_idx(11));
  expect_refused([&] { load_dataset(options()); }, labels, "one for each of the 12 images");
}

// ---- data sets of a user's own IDX files ----

TEST_F(IdxTest, ReadsPairsOfAnyNames) {
  DataOptions options;
  options.set = "idx";
  options.train_file = write("a", images_idx(30));
  options.train_labels_file = write("b", packed(labels_idx(30)));
  options.test_file = write("c", images_idx(12));
  options.test_labels_file = write("d", labels_idx(12));
  const Dataset data = load_dataset(options);
  EXPECT_EQ(data.classes, 10);
  EXPECT_EQ(data.inputs(), 6);
  EXPECT_EQ(data.validation.size(), 4);  // 15 in 100, four of the ten classes
  EXPECT_EQ(data.train.size(), 26);
  EXPECT_EQ(data.test.inputs.dense()(5, 11), 71.0F / 255.0F);
  options.scaling = InputScaling::minmax;
  EXPECT_EQ(load_dataset(options).train.inputs.dense().maxCoeff(), 1);
  options.test_labels_file = "";
  expect_refused([&] { load_dataset(options); }, "data.test_labels_file", "data.test_file");
  options.test_labels_file = write("d", labels_idx(13));
  expect_refused([&] { load_dataset(options); }, options.test_labels_file, "12 images");
  std::string other = labels_idx(12);
  other[8] = 77;
  options.test_labels_file = write("d", other);
  expect_refused([&] { load_dataset(options); }, options.test_labels_file + ", sample 0 = '77'",
                 "needs one of the 10 classes");
  options.test_labels_file = write("d", labels_idx(12));
  write("c",
        big_endian(0x803) + big_endian(12) + big_endian(3) + big_endian(2) + std::string(72, 'x'));
  expect_refused([&] { load_dataset(options); }, options.test_file, "differ in size");
}

TEST_F(IdxTest, ReadsTwoToFourDimensions) {
  const std::string flat = big_endian(0x802) + big_endian(2) + big_endian(3) + "abcdef";
  const IdxImages two = read_idx_images(write("two", flat));
  EXPECT_EQ(two.count, 2);
  EXPECT_EQ(two.sides, (std::vector<int>{3}));
  EXPECT_EQ(two.sample_shape(), TensorShape::vector(3));
  const std::string deep =
      big_endian(0x804) + big_endian(1) + big_endian(2) + big_endian(1) + big_endian(3) + "abcdef";
  const IdxImages four = read_idx_images(write("four", deep));
  EXPECT_EQ(four.sides, (std::vector<int>{2, 1, 3}));
  EXPECT_EQ(four.sample_shape(), (TensorShape{2, 1, 3}));
  EXPECT_EQ(four.inputs(), 6);
  const std::string huge = big_endian(0x804) + big_endian(0x7fffffff) + big_endian(1 << 20) +
                           big_endian(1 << 20) + big_endian(1 << 20);
  const std::string path = write("huge", huge);
  expect_refused([&] { read_idx_images(path); }, path, "at most 1073741824");
}

}  // namespace
}  // namespace minerva
