#include "minerva/data/load_dataset.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "minerva/core/checksum.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/core/random.hpp"
#include "minerva/data/digits.hpp"
#include "minerva/data/idx.hpp"

namespace minerva {
namespace {
constexpr int kClasses = 10;
constexpr int kMaxSamples = 10'000'000;

struct IdxPair {
  IdxImages images;
  std::vector<std::uint8_t> labels;
};

std::string find_file(const std::string& dir, const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code ignored;  // a folder that cannot be looked into holds no file for us
  for (const fs::path& folder : {fs::path(dir), fs::path(dir) / "mnist"}) {
    for (const char* ending : {".gz", ""}) {
      const fs::path path = folder / (name + ending);
      if (fs::is_regular_file(path, ignored)) return path.string();
    }
  }
  throw UserError((fs::path(dir) / (name + ".gz")).string(), "",
                  "not found, nor under mnist/; the four files of MNIST are at "
                  "yann.lecun.com/exdb/mnist; name their folder by data.dir or MINERVA_DATA_DIR");
}

/// Reads one image file and its labels, adding their checksums to `checksums`.
IdxPair read_pair(const std::string& dir, const std::string& part, std::string& checksums) {
  const std::string images_path = find_file(dir, part + "-images-idx3-ubyte");
  const std::string labels_path = find_file(dir, part + "-labels-idx1-ubyte");
  IdxPair pair{read_idx_images(images_path), read_idx_labels(labels_path, kClasses)};
  if (pair.labels.size() != static_cast<std::size_t>(pair.images.count)) {
    throw UserError(labels_path, std::to_string(pair.labels.size()) + " labels",
                    "must be one for each of the " + std::to_string(pair.images.count) +
                        " images of " + images_path);
  }
  checksums += sha256_of_file(images_path) + sha256_of_file(labels_path);
  return pair;
}

Samples select(const IdxPair& pair, const std::vector<std::size_t>& chosen) {
  const auto inputs = static_cast<std::size_t>(pair.images.rows * pair.images.columns);
  Samples samples;
  samples.inputs.dense().resize(static_cast<Eigen::Index>(inputs),
                                static_cast<Eigen::Index>(chosen.size()));
  samples.labels.reserve(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::uint8_t* pixels = pair.images.pixels.data() + chosen[i] * inputs;
    float* column = samples.inputs.dense().col(static_cast<Eigen::Index>(i)).data();
    for (std::size_t j = 0; j < inputs; ++j) column[j] = static_cast<float>(pixels[j]) / 255.0F;
    samples.labels.push_back(pair.labels[chosen[i]]);
  }
  return samples;
}

/// The size asked for, or all when it is 0; throws when there are fewer.
std::size_t limit(const char* key, int asked, std::size_t available) {
  if (asked == 0) return available;
  if (static_cast<std::size_t>(asked) > available) {
    throw UserError(key, std::to_string(asked),
                    "must be at most the " + std::to_string(available) + " samples there are");
  }
  return static_cast<std::size_t>(asked);
}

Dataset load_mnist(const DataOptions& options) {
  if (options.dir.empty()) {
    throw UserError("data.dir", "",
                    "must name the folder of the four MNIST files (or set MINERVA_DATA_DIR); they "
                    "are at yann.lecun.com/exdb/mnist");
  }
  std::string checksums;
  const IdxPair train = read_pair(options.dir, "train", checksums);
  const IdxPair test = read_pair(options.dir, "t10k", checksums);
  if (test.images.rows != train.images.rows || test.images.columns != train.images.columns) {
    throw UserError(options.dir, "", "its training and test images differ in size");
  }
  const std::size_t count = train.labels.size();
  const std::size_t held_out = options.validation_samples == 0
                                   ? 10000
                                   : static_cast<std::size_t>(options.validation_samples);
  if (held_out >= count) {
    throw UserError("data.validation_samples", std::to_string(held_out),
                    "must be fewer than the " + std::to_string(count) + " training samples");
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  KeyedRandom random(options.split_seed, Stream::data_split);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(held_out);
  std::vector<std::size_t> validation(order.begin(), middle);
  std::vector<std::size_t> training(middle, order.end());
  std::sort(validation.begin(), validation.end());
  std::sort(training.begin(), training.end());
  training.resize(limit("data.train_samples", options.train_samples, training.size()));
  std::vector<std::size_t> testing(
      limit("data.test_samples", options.test_samples, test.labels.size()));
  std::iota(testing.begin(), testing.end(), std::size_t{0});
  Dataset data;
  data.name = "mnist";
  data.train = select(train, training);
  data.validation = select(train, validation);
  data.test = select(test, testing);
  data.checksum = sha256(checksums.data(), checksums.size());
  data.source = "IDX files in " + options.dir;
  return data;
}

Dataset generate(const DataOptions& options, int threads) {
  const auto size = [](int asked, int usual) { return asked == 0 ? usual : asked; };
  const int train = size(options.train_samples, 8000);
  const int validation = size(options.validation_samples, 4000);
  const int test = size(options.test_samples, 4000);
  Dataset data;
  data.name = "digits";
  data.train = generate_digits(options.digits_seed, DigitsPart::train, train, threads);
  data.validation =
      generate_digits(options.digits_seed, DigitsPart::validation, validation, threads);
  data.test = generate_digits(options.digits_seed, DigitsPart::test, test, threads);
  // The version changes with the generator, so that runs of different generators are told apart.
  data.source = "synthetic digits 1, seed " + std::to_string(options.digits_seed) + ", " +
                std::to_string(train) + " + " + std::to_string(validation) + " + " +
                std::to_string(test) + " samples";
  data.checksum = sha256(data.source.data(), data.source.size());
  return data;
}
}  // namespace

void check(const DataOptions& options) {
  const auto check_size = [](const char* key, int size) {
    if (size < 0 || size > kMaxSamples) {
      throw UserError(key, std::to_string(size),
                      "must be 0 (the set's own size) to " + std::to_string(kMaxSamples));
    }
  };
  if (options.set != "digits" && options.set != "mnist") {
    throw UserError("data.set", options.set, "must be digits or mnist");
  }
  check_size("data.train_samples", options.train_samples);
  check_size("data.validation_samples", options.validation_samples);
  check_size("data.test_samples", options.test_samples);
}

Dataset load_dataset(const DataOptions& options, int threads) {
  expects(threads >= 1, "load_dataset needs a thread");
  check(options);
  Dataset data = options.set == "mnist" ? load_mnist(options) : generate(options, threads);
  data.classes = kClasses;
  return data;
}

}  // namespace minerva
