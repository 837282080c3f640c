#include "minerva/training/augmentation.hpp"

#include <algorithm>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/layer_graph.hpp"

namespace minerva::training {
namespace {

/// Keeps the numbers of augmentation apart from those of the shuffle, whose indices are epochs.
constexpr std::uint64_t kAugmentationKey = 0x617567;

int drawn_from(KeyedRandom& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low) + 1));
}

}  // namespace

void check_augmentation(const Augmentation& augmentation, const TensorShape& shape,
                        const std::string& key) {
  const int least = std::min(shape.height, shape.width);
  const auto check = [&](const std::string& name, int pixels) {
    if (pixels >= 0 && (pixels == 0 || pixels < least)) return;
    throw UserError(key + name, std::to_string(pixels),
                    "needs 0 to " + std::to_string(std::max(least - 1, 0)) + " for images of " +
                        to_string(shape));
  };
  check(".shift_pixels", augmentation.shift_pixels);
  check(".crop_pixels", augmentation.crop_pixels);
}

ImageChange draw_change(const Augmentation& augmentation, const TensorShape& shape,
                        std::uint64_t seed, std::uint64_t index) {
  KeyedRandom random(seed, Stream::shuffle, mix_keys(kAugmentationKey, index));
  ImageChange change{false, 0, 0, 0, 0, shape.height, shape.width};
  // Every number is drawn in any case, so that one kind of change does not move another.
  change.flip = random.below(2) == 1 && augmentation.flip;
  change.down = drawn_from(random, -augmentation.shift_pixels, augmentation.shift_pixels);
  change.right = drawn_from(random, -augmentation.shift_pixels, augmentation.shift_pixels);
  change.top = drawn_from(random, 0, augmentation.crop_pixels);
  change.left = drawn_from(random, 0, augmentation.crop_pixels);
  change.height -= augmentation.crop_pixels;
  change.width -= augmentation.crop_pixels;
  return change;
}

template <class Scalar>
void change_image(const Scalar* from, const TensorShape& shape, const ImageChange& change,
                  Scalar* to) {
  std::fill_n(to, shape.size(), Scalar{0});
  for (int y = 0; y < shape.height; ++y) {
    const int from_y = y - change.down;
    if (from_y < change.top || from_y >= change.top + change.height) continue;
    for (int x = 0; x < shape.width; ++x) {
      const int moved = x - change.right;
      if (moved < change.left || moved >= change.left + change.width) continue;
      const int from_x = change.flip ? shape.width - 1 - moved : moved;
      std::copy_n(from + storage_word(shape, from_y, from_x, 0), shape.channels,
                  to + storage_word(shape, y, x, 0));
    }
  }
}

template void change_image(const float*, const TensorShape&, const ImageChange&, float*);
template void change_image(const double*, const TensorShape&, const ImageChange&, double*);

}  // namespace minerva::training
