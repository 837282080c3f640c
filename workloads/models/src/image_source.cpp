#include "image_source.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/workloads/image_folder.hpp"
#include "minerva/workloads/streams.hpp"

namespace minerva::workloads {
namespace {

constexpr int kSide = 32;
constexpr std::size_t kColours = 3;
constexpr std::size_t kPlane = std::size_t{kSide} * kSide;
/// Of a colour, on a scale from 0 to 255.
constexpr double kLeastVariance = 1e-6;
/// Of images that a user brings, which are all held as floats: assumption.
constexpr std::int64_t kMostPixels = std::int64_t{1} << 30;

LabelledImages planes_of(const Samples& samples) {
  LabelledImages images;
  images.side = kSide;
  images.classes = 10;
  const Eigen::MatrixXf& values = samples.inputs.dense();
  for (Eigen::Index i = 0; i < values.cols(); ++i) {
    for (std::size_t colour = 0; colour < kColours; ++colour) {
      for (std::size_t pixel = 0; pixel < kPlane; ++pixel) {
        images.pixels.push_back(
            values(static_cast<Eigen::Index>(pixel * kColours + colour), i));  // channels last
      }
    }
    images.labels.push_back(samples.labels[static_cast<std::size_t>(i)]);
  }
  return images;
}

void normalise(ImageSource& source) {
  std::array<double, kColours> sum{};
  std::array<double, kColours> squares{};
  const std::size_t plane =
      static_cast<std::size_t>(source.train.side) * static_cast<std::size_t>(source.train.side);
  for (std::size_t i = 0; i < source.train.pixels.size(); ++i) {
    const std::size_t colour = i / plane % kColours;
    sum[colour] += source.train.pixels[i];
    squares[colour] += static_cast<double>(source.train.pixels[i]) * source.train.pixels[i];
  }
  const double count = static_cast<double>(source.train.pixels.size()) / kColours;
  for (LabelledImages* part : {&source.train, &source.validation, &source.test}) {
    for (std::size_t i = 0; i < part->pixels.size(); ++i) {
      const std::size_t colour = i / plane % kColours;
      const double mean = sum[colour] / count;
      // Images of one colour have no deviation.
      const double deviation =
          std::sqrt(std::max(squares[colour] / count - mean * mean, kLeastVariance));
      part->pixels[i] = static_cast<float>((part->pixels[i] - mean) / deviation);
    }
  }
}

}  // namespace

ImageSource read_cifar_images(const std::string& data_dir) {
  DataOptions options;
  options.set = "cifar10";
  options.dir = data_dir;
  const Dataset data = load_dataset(options);
  ImageSource source{planes_of(data.train), planes_of(data.validation), planes_of(data.test)};
  normalise(source);
  return source;
}

ImageSource read_own_images(const std::string& folder, int side, int most_classes) {
  const ImageFolder listed = list_image_folder(folder, most_classes);
  const auto of_image = static_cast<std::int64_t>(kColours) * side * side;
  const auto count = static_cast<std::int64_t>(listed.train.size() + listed.test.size());
  if (count > kMostPixels / of_image) {
    throw UserError("--images", std::to_string(count) + " images",
                    "needs at most " + std::to_string(kMostPixels / of_image) +
                        " of them at this size, which are held in memory");
  }
  ImageSource source;
  for (const auto& [examples, part] :
       {std::pair{&listed.train, &source.train}, std::pair{&listed.test, &source.test}}) {
    part->side = side;
    part->classes = static_cast<int>(listed.classes.size());
    for (const ImageFolder::Example& each : *examples) {
      throw_if_interrupted();
      const std::vector<float> pixels = square_of(read_netpbm(each.path), side);
      part->pixels.insert(part->pixels.end(), pixels.begin(), pixels.end());
      part->labels.push_back(each.label);
    }
  }
  normalise(source);
  return source;
}

ImageSource synthetic_images(std::uint64_t seed) {
  ImageSource source;
  KeyedRandom random(seed, kSyntheticStream);
  constexpr std::size_t kImages = 128;
  for (LabelledImages* part : {&source.train, &source.test, &source.validation}) {
    part->side = kSide;
    part->classes = 10;
    for (std::size_t i = 0; i < kImages; ++i) {
      part->labels.push_back(static_cast<std::int64_t>(random.below(10)));
      for (std::size_t pixel = 0; pixel < kColours * kPlane; ++pixel) {
        part->pixels.push_back(static_cast<float>(random.normal()));
      }
    }
  }
  return source;
}

std::vector<float> augmented_pixels(const LabelledImages& images, std::size_t image,
                                    std::uint64_t seed, std::uint64_t number) {
  KeyedRandom random(seed, kAugmentationStream, number);
  const int side = images.side;
  const int border = side / 8;
  const auto moves = static_cast<std::uint64_t>(2 * border + 1);
  const int down = static_cast<int>(random.below(moves)) - border;
  const int right = static_cast<int>(random.below(moves)) - border;
  const bool mirrored = random.below(2) == 1;
  const auto plane = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  std::vector<float> moved(kColours * plane, 0.0F);
  for (std::size_t colour = 0; colour < kColours; ++colour) {
    const float* from = images.pixels.data() + (image * kColours + colour) * plane;
    float* to = moved.data() + colour * plane;
    for (int y = std::max(0, down); y < std::min(side, side + down); ++y) {
      for (int x = std::max(0, right); x < std::min(side, side + right); ++x) {
        const int column = mirrored ? side - 1 - (x - right) : x - right;
        to[y * side + x] = from[(y - down) * side + column];
      }
    }
  }
  return moved;
}

std::vector<float> scaled_images(const LabelledImages& images,
                                 const std::vector<std::size_t>& chosen, int side) {
  expects(side % images.side == 0, "a multiple of the side of the images");
  const auto factor = static_cast<std::size_t>(side / images.side);
  const auto own = static_cast<std::size_t>(images.side);
  const auto wide = static_cast<std::size_t>(side);
  std::vector<float> scaled;
  scaled.reserve(chosen.size() * kColours * wide * wide);
  for (const std::size_t image : chosen) {
    for (std::size_t colour = 0; colour < kColours; ++colour) {
      const float* plane = images.pixels.data() + (image * kColours + colour) * own * own;
      for (std::size_t y = 0; y < wide; ++y) {
        for (std::size_t x = 0; x < wide; ++x) {
          scaled.push_back(plane[y / factor * own + x / factor]);
        }
      }
    }
  }
  return scaled;
}

}  // namespace minerva::workloads
