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
  LabelledImages test;
};

/// CIFAR-10 of the data folder (cifar10/), 32 x 32 pixels.
ImageSource read_cifar_images(const std::string& data_dir);
/// Images of a user's folder (image_folder.hpp), every one reduced or enlarged to side x side.
ImageSource read_own_images(const std::string& folder, int side, int most_classes);
/// Random images of the same shape, 10 classes.
ImageSource synthetic_images(std::uint64_t seed);

/// Chosen images with every pixel repeated to `side` x `side`, a multiple of their own side. In the
/// order image, colour, row, column.
std::vector<float> scaled_images(const LabelledImages& images,
                                 const std::vector<std::size_t>& chosen, int side);

}  // namespace minerva::workloads
