#include <optional>

#include "dense_set.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/idx.hpp"
#include "minerva/data/known_sets.hpp"
#include "set_loaders.hpp"
#include "test_halves.hpp"

namespace minerva {
namespace {
constexpr int kMnistClasses = 10;
constexpr int kByteLabels = 256;
constexpr std::size_t kMnistValidation = 10000;

struct IdxPair {
  std::vector<std::uint8_t> pixels;
  LabelledFile labels;
  std::vector<int> sides;
  TensorShape shape;

  std::size_t inputs() const { return static_cast<std::size_t>(shape.size()); }
};

IdxPair read_pair(const std::string& images_path, const std::string& labels_path, int classes) {
  IdxImages images = read_idx_images(images_path);
  IdxPair pair{{}, {labels_path, {}, 0}, images.sides, images.sample_shape()};
  const std::vector<std::uint8_t> labels = read_idx_labels(labels_path, classes);
  if (labels.size() != static_cast<std::size_t>(images.count)) {
    throw UserError(labels_path, std::to_string(labels.size()) + " labels",
                    "must be one for each of the " + std::to_string(images.count) + " images of " +
                        images_path);
  }
  for (const std::uint8_t label : labels) pair.labels.labels.push_back(std::to_string(label));
  pair.pixels = std::move(images.pixels);
  return pair;
}

Samples select(const IdxPair& pair, const ChosenSamples& chosen) {
  const std::size_t inputs = pair.inputs();
  Eigen::MatrixXf values(static_cast<Eigen::Index>(inputs),
                         static_cast<Eigen::Index>(chosen.places.size()));
  for (std::size_t i = 0; i < chosen.places.size(); ++i) {
    const std::uint8_t* pixels = pair.pixels.data() + chosen.places[i] * inputs;
    float* column = values.col(static_cast<Eigen::Index>(i)).data();
    for (std::size_t j = 0; j < inputs; ++j) column[j] = static_cast<float>(pixels[j]) / 255.0F;
  }
  return {std::move(values), chosen.labels};
}
}  // namespace

Dataset load_idx_set(const DataOptions& options, const SetPaths& paths) {
  const bool mnist = is_known_set(options.set);
  const int classes = mnist ? kMnistClasses : kByteLabels;
  const IdxPair train = read_pair(paths.train, paths.train_labels, classes);
  const auto optional_pair = [&](const std::string& images, const std::string& labels) {
    std::optional<IdxPair> pair;
    if (images.empty()) return pair;
    pair = read_pair(images, labels, classes);
    if (pair->sides != train.sides) {
      throw UserError(images, "", "its samples differ in size from those of " + paths.train);
    }
    return pair;
  };
  std::optional<IdxPair> validation = optional_pair(paths.validation, paths.validation_labels);
  std::optional<IdxPair> test = optional_pair(paths.test, paths.test_labels);
  if (options.validation_from == ValidationFrom::test) split_test(test, validation);
  LabelledFiles files;
  files.train = train.labels;
  if (validation) files.validation = validation->labels;
  if (test) files.test = test->labels;
  const HoldOut rule{!mnist, mnist ? kMnistValidation : 0};
  Dataset data = dense_set(files, options, rule, train, validation, test);
  data.input_shape = train.shape;
  return data;
}

}  // namespace minerva
