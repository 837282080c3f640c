#include <optional>

#include "dense_set.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "set_loaders.hpp"
#include "test_halves.hpp"

// CIFAR-10's binary files: a record is one byte of label and three planes of 32 x 32 bytes, red,
// green and blue, each row by row.
namespace minerva {
namespace {

constexpr TensorShape kShape{32, 32, 3};
constexpr int kClasses = 10;
constexpr std::size_t kPlane = 32 * 32;
constexpr std::size_t kRecord = 1 + 3 * kPlane;

struct CifarFile {
  std::vector<std::uint8_t> pixels;  ///< channels last, image after image
  LabelledFile labels;

  std::size_t inputs() const { return static_cast<std::size_t>(kShape.size()); }
};

CifarFile read_cifar(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_unpacked(path);
  if (bytes.empty() || bytes.size() % kRecord != 0) {
    throw UserError(path, std::to_string(bytes.size()) + " bytes",
                    "needs records of " + std::to_string(kRecord) +
                        " bytes, a label and 32 x 32 pixels of three colours");
  }
  CifarFile file{{}, {path, {}, 0}};
  file.pixels.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += kRecord) {
    if (bytes[at] >= kClasses) {
      throw UserError(path + ", sample " + std::to_string(at / kRecord + 1),
                      "label " + std::to_string(bytes[at]), "needs a label of 0 to 9");
    }
    file.labels.labels.push_back(std::to_string(bytes[at]));
    const std::uint8_t* planes = bytes.data() + at + 1;
    for (std::size_t pixel = 0; pixel < kPlane; ++pixel) {
      for (std::size_t c = 0; c < 3; ++c) file.pixels.push_back(planes[c * kPlane + pixel]);
    }
  }
  return file;
}

Samples select(const CifarFile& file, const ChosenSamples& chosen) {
  const std::size_t inputs = file.inputs();
  Eigen::MatrixXf values(kShape.size(), static_cast<Eigen::Index>(chosen.places.size()));
  for (std::size_t i = 0; i < chosen.places.size(); ++i) {
    const std::uint8_t* pixels = file.pixels.data() + chosen.places[i] * inputs;
    float* column = values.col(static_cast<Eigen::Index>(i)).data();
    for (std::size_t j = 0; j < inputs; ++j) column[j] = static_cast<float>(pixels[j]) / 255.0F;
  }
  return {std::move(values), chosen.labels};
}

}  // namespace

Dataset load_cifar_set(const DataOptions& options, const SetPaths& paths) {
  const CifarFile train = read_cifar(paths.train);
  std::optional<CifarFile> validation;
  std::optional<CifarFile> test = read_cifar(paths.test);
  if (options.validation_from == ValidationFrom::test) split_test(test, validation);
  LabelledFiles files{train.labels, std::nullopt, test->labels};
  if (validation) files.validation = validation->labels;
  Dataset data = dense_set(files, options, HoldOut{}, train, validation, test);
  data.input_shape = kShape;
  return data;
}

}  // namespace minerva
