#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "minerva/network/tensor_shape.hpp"

namespace minerva::training {

/// How training images are changed, each anew in every step. The validation samples are not.
struct Augmentation {
  bool flip = false;  ///< mirrored left to right, every second one on average
  /// Moved by up to so many rows and columns either way, all equally likely; what comes in from
  /// outside is 0. The same as a crop of the image's size from one that is padded by so many words.
  int shift_pixels = 0;
  /// Cut to so many rows and columns less, at a place all of which are equally likely, with 0 in
  /// the place of what was cut away.
  int crop_pixels = 0;
  /// The pixels of a distorted image are read between those of the original, weighted by their
  /// distance: turned about the middle by up to so many degrees either way, ..
  double rotate_degrees = 0;
  /// .. each axis stretched or shrunk by up to so much, ..
  double stretch_percent = 0;
  /// .. rows moved sideways by up to this share of their distance from the middle, ..
  double slant_percent = 0;
  /// .. and bent: the knots of a coarse lattice move by a normal number of pixels with this
  /// deviation along both axes, and the pixels between them in proportion.
  double bend_pixels = 0;

  bool distorts() const {
    return rotate_degrees > 0 || stretch_percent > 0 || slant_percent > 0 || bend_pixels > 0;
  }
  bool any() const { return flip || shift_pixels > 0 || crop_pixels > 0 || distorts(); }
};
/// Throws UserError naming `key` unless the images have more rows and columns than are cut away or
/// moved out.
void check_augmentation(const Augmentation& augmentation, const TensorShape& shape,
                        const std::string& key);

/// Knots of the lattice of bend_pixels along each axis; the outer ones lie on the edge of the
/// image.
constexpr int kBendKnots = 6;

/// What happens to one image: drawn from (seed, index) alone.
struct ImageChange {
  bool flip = false;
  int down = 0;
  int right = 0;
  int top = 0;  ///< the window that a crop leaves, in the image before it moves
  int left = 0;
  int height = 0;
  int width = 0;
  /// Of a distorted image: where its pixels are read from. Distance from the middle (down, right)
  /// is multiplied by this matrix, row by row, and the lattice's displacements are added (down,
  /// right).
  bool distorted = false;
  std::array<float, 4> matrix{1, 0, 0, 1};
  std::array<std::array<float, 2>, std::size_t{kBendKnots} * kBendKnots> bend{};
};
ImageChange draw_change(const Augmentation& augmentation, const TensorShape& shape,
                        std::uint64_t seed, std::uint64_t index);
/// to = the changed image; channels last, both shape.size() words. A distorted image is distorted
/// first.
template <class Scalar>
void change_image(const Scalar* from, const TensorShape& shape, const ImageChange& change,
                  Scalar* to);

}  // namespace minerva::training
