#pragma once
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

  bool any() const { return flip || shift_pixels > 0 || crop_pixels > 0; }
};
/// Throws UserError naming `key` unless the images have more rows and columns than are cut away or
/// moved out.
void check_augmentation(const Augmentation& augmentation, const TensorShape& shape,
                        const std::string& key);

/// What happens to one image: drawn from (seed, index) alone.
struct ImageChange {
  bool flip = false;
  int down = 0;
  int right = 0;
  int top = 0;  ///< the window that a crop leaves, in the image before it moves
  int left = 0;
  int height = 0;
  int width = 0;
};
ImageChange draw_change(const Augmentation& augmentation, const TensorShape& shape,
                        std::uint64_t seed, std::uint64_t index);
/// to = the changed image; channels last, both shape.size() words.
template <class Scalar>
void change_image(const Scalar* from, const TensorShape& shape, const ImageChange& change,
                  Scalar* to);

}  // namespace minerva::training
