#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "minerva/core/errors.hpp"
#include "minerva/data/digits.hpp"
#include "minerva/data/idx.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {
namespace fs = std::filesystem;

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

std::string packed(const std::string& bytes) {
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

class IdxTest : public ::testing::Test {
 protected:
  IdxTest() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("minerva_data_test_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "mnist");
  }
  ~IdxTest() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& bytes) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

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

  fs::path folder_;
};

template <class Action>
void expect_refused(const Action& action, const std::string& where, const std::string& reason) {
  try {
    action();
    ADD_FAILURE() << "accepted, expected: " << reason;
  } catch (const UserError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind(where, 0), 0U) << message;
    EXPECT_NE(message.find(reason), std::string::npos) << message;
  }
}

TEST_F(IdxTest, ReadsPlainAndPackedFiles) {
  for (const std::string& bytes : {images_idx(3), packed(images_idx(3))}) {
    const IdxImages images = read_idx_images(write("images", bytes));
    EXPECT_EQ(images.count, 3);
    EXPECT_EQ(images.rows, 2);
    EXPECT_EQ(images.columns, 3);
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
  refuse_images(labels_idx(40), "magic number must be 2051");
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
  expect_refused([&] { read_idx_labels(images, 10); }, images, "magic number must be 2049");
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
  const auto refuse = [&](auto change, const std::string& key) {
    DataOptions changed = options();
    change(changed);
    expect_refused([&] { load_dataset(changed); }, key, "must");
  };
  refuse([](auto& o) { o.dir = ""; }, "data.dir");
  refuse([](auto& o) { o.set = "cifar"; }, "data.set");
  refuse([](auto& o) { o.validation_samples = 30; }, "data.validation_samples");
  refuse([](auto& o) { o.validation_samples = 0; }, "data.validation_samples");  // 10,000 of 30
  refuse([](auto& o) { o.validation_samples = -1; }, "data.validation_samples");
  refuse([](auto& o) { o.train_samples = 21; }, "data.train_samples");
  refuse([](auto& o) { o.test_samples = 13; }, "data.test_samples");
  const std::string labels = write("t10k-labels-idx1-ubyte", labels_idx(11));
  expect_refused([&] { load_dataset(options()); }, labels, "one for each of the 12 images");
}

TEST(Digits, AreTheSameAtOneAndTwoThreads) {
  const Samples one = generate_digits(3, DigitsPart::train, 300, 1);
  const Samples two = generate_digits(3, DigitsPart::train, 300, 2);
  EXPECT_EQ(one.labels, two.labels);
  EXPECT_TRUE(one.inputs.dense() == two.inputs.dense());
  // A sample does not depend on how many there are.
  const Samples few = generate_digits(3, DigitsPart::train, 7, 1);
  EXPECT_TRUE(few.inputs.dense() == one.inputs.dense().leftCols(7));
}

TEST(Digits, DifferBySeedAndPart) {
  const Samples base = generate_digits(3, DigitsPart::train, 50, 1);
  EXPECT_FALSE(base.inputs.dense() == generate_digits(4, DigitsPart::train, 50, 1).inputs.dense());
  EXPECT_FALSE(base.inputs.dense() == generate_digits(3, DigitsPart::test, 50, 1).inputs.dense());
}

TEST(Digits, AreInkOnEmptyPaper) {
  const Samples samples = generate_digits(1, DigitsPart::validation, 1000, 2);
  std::vector<int> of_class(10);
  for (const std::int32_t label : samples.labels) ++of_class.at(static_cast<std::size_t>(label));
  for (const int count : of_class) EXPECT_GT(count, 60);
  EXPECT_GE(samples.inputs.dense().minCoeff(), 0);
  EXPECT_LE(samples.inputs.dense().maxCoeff(), 1);
  const double ink = samples.inputs.dense().cast<double>().mean();
  EXPECT_GT(ink, 0.08);
  EXPECT_LT(ink, 0.25);
  for (Eigen::Index i = 0; i < samples.size(); ++i) {
    const double darkest = samples.inputs.dense().col(i).maxCoeff();
    EXPECT_GT(darkest, 0.4) << "sample " << i << " is blank";
  }
  const Eigen::MatrixXf levels = samples.inputs.dense() * 255.0F;
  EXPECT_LT((levels.array() - levels.array().round()).abs().maxCoeff(), 1e-4F);
}

TEST(Digits, DefaultSetHasItsSizes) {
  const Dataset data = load_dataset({}, 2);
  EXPECT_EQ(data.train.size(), 8000);
  EXPECT_EQ(data.validation.size(), 4000);
  EXPECT_EQ(data.test.size(), 4000);
  DataOptions other;
  other.digits_seed = 2;
  other.train_samples = other.validation_samples = other.test_samples = 10;
  EXPECT_NE(load_dataset(other).checksum, data.checksum);
}

TEST(Mnist, RealFilesAreReadWhole) {
  const char* dir = std::getenv("MINERVA_DATA_DIR");
  if (dir == nullptr) GTEST_SKIP() << "MINERVA_DATA_DIR is not set";
  DataOptions options;
  options.set = "mnist";
  options.dir = dir;
  const Dataset data = load_dataset(options);
  EXPECT_EQ(data.train.size(), 50000);
  EXPECT_EQ(data.validation.size(), 10000);
  EXPECT_EQ(data.test.size(), 10000);
  EXPECT_EQ(data.inputs(), 784);
  const std::vector<std::int32_t> first(data.test.labels.begin(), data.test.labels.begin() + 5);
  EXPECT_EQ(first, (std::vector<std::int32_t>{7, 2, 1, 0, 4}));  // as every tutorial prints them
}

}  // namespace
}  // namespace minerva
