#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva::workloads {

/// Labelled colour images, scaled by mean and deviation of each colour over the training images.
struct LabelledImages {
  int side = 0;
  int classes = 0;
  std::vector<float> pixels;  ///< image, colour, row, column
  std::vector<std::int64_t> labels;
  std::size_t count() const { return labels.size(); }
};
struct ImageSource {
  LabelledImages train;
  LabelledImages validation;  ///< empty of images that the user brings
  LabelledImages test;
};

/// CIFAR-10 of the data folder (cifar10/), 32 x 32 pixels.
ImageSource read_cifar_images(const std::string& data_dir);
/// Images of a user's folder (image_folder.hpp), every one reduced or enlarged to side x side.
ImageSource read_own_images(const std::string& folder, int side, int most_classes);
/// Random images of the same shape, 10 classes.
ImageSource synthetic_images(std::uint64_t seed);

/// An image of a training set as augmentation shows it: moved within a border of zeros of an eighth
/// of its side, and mirrored every second time (He et al., 2015, have 4 pixels of 32).
/// @param number of the presentation, which keys the random numbers
std::vector<float> augmented_pixels(const LabelledImages& images, std::size_t image,
                                    std::uint64_t seed, std::uint64_t number);

/// Chosen images with every pixel repeated to `side` x `side`, a multiple of their own side. In the
/// order image, colour, row, column.
std::vector<float> scaled_images(const LabelledImages& images,
                                 const std::vector<std::size_t>& chosen, int side);

}  // namespace minerva::workloads
