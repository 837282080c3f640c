#include "minerva/training/augmentation.hpp"

#include <algorithm>
#include <vector>

#include "minerva/arithmetic/portable_math.hpp"
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

/// Of the distortions that are asked for; the numbers that follow those of the other changes.
void draw_distortion(const Augmentation& augmentation, KeyedRandom& random, ImageChange& change) {
  constexpr double kRadiansPerDegree = 3.14159265358979323846 / 180;
  const double angle = augmentation.rotate_degrees * kRadiansPerDegree * random.uniform(-1, 1);
  const double tall = 1 + augmentation.stretch_percent / 100 * random.uniform(-1, 1);
  const double wide = 1 + augmentation.stretch_percent / 100 * random.uniform(-1, 1);
  const double slant = augmentation.slant_percent / 100 * random.uniform(-1, 1);
  const double cosine = portable_cos(angle);
  const double sine = portable_sin(angle);
  change.distorted = true;
  change.matrix = {static_cast<float>(cosine * tall), static_cast<float>(-sine * wide),
                   static_cast<float>(sine * tall + slant), static_cast<float>(cosine * wide)};
  if (augmentation.bend_pixels <= 0) return;
  for (auto& knot : change.bend) {
    for (float& pixels : knot) {
      pixels = static_cast<float>(augmentation.bend_pixels * random.normal());
    }
  }
}

/// Where a pixel stands in the lattice along one axis.
struct LatticePlace {
  int knot = 0;      ///< the knot before it
  float beyond = 0;  ///< 0 to 1, how far it is from there to the next
};
LatticePlace lattice_place(int pixel, int extent) {
  if (extent < 2) return {};
  const float at = static_cast<float>(pixel * (kBendKnots - 1)) / static_cast<float>(extent - 1);
  const int knot = std::min(static_cast<int>(at), kBendKnots - 2);
  return {knot, at - static_cast<float>(knot)};
}

template <class Scalar>
void distort(const Scalar* from, const TensorShape& shape, const ImageChange& change, Scalar* to) {
  const float middle_y = 0.5F * static_cast<float>(shape.height - 1);
  const float middle_x = 0.5F * static_cast<float>(shape.width - 1);
  // With zeros around it: one row and column before the image, two behind it.
  const int edged_row = (shape.width + 3) * shape.channels;
  std::vector<Scalar> edged(static_cast<std::size_t>(shape.height + 3) *
                            static_cast<std::size_t>(edged_row));
  for (int y = 0; y < shape.height; ++y) {
    std::copy_n(from + storage_word(shape, y, 0, 0), shape.width * shape.channels,
                edged.data() + (y + 1) * edged_row + shape.channels);
  }
  std::vector<LatticePlace> places;
  for (int x = 0; x < shape.width; ++x) places.push_back(lattice_place(x, shape.width));
  std::array<std::array<float, 2>, kBendKnots> knots{};  // of the row at hand
  for (int y = 0; y < shape.height; ++y) {
    const LatticePlace row = lattice_place(y, shape.height);
    for (std::size_t i = 0; i < knots.size(); ++i) {
      const auto& above = change.bend[static_cast<std::size_t>(row.knot) * kBendKnots + i];
      const auto& below = change.bend[(static_cast<std::size_t>(row.knot) + 1) * kBendKnots + i];
      for (std::size_t axis = 0; axis < 2; ++axis) {
        knots[i][axis] = above[axis] + row.beyond * (below[axis] - above[axis]);
      }
    }
    const float down = static_cast<float>(y) - middle_y;
    for (int x = 0; x < shape.width; ++x) {
      const LatticePlace& column = places[static_cast<std::size_t>(x)];
      const auto& left = knots[static_cast<std::size_t>(column.knot)];
      const auto& next = knots[static_cast<std::size_t>(column.knot) + 1];
      const float right = static_cast<float>(x) - middle_x;
      const float from_y = middle_y + change.matrix[0] * down + change.matrix[1] * right + left[0] +
                           column.beyond * (next[0] - left[0]);
      const float from_x = middle_x + change.matrix[2] * down + change.matrix[3] * right + left[1] +
                           column.beyond * (next[1] - left[1]);
      // Beyond the edge everything is 0, so that how far beyond does not matter.
      const float y_in = std::min(std::max(from_y, -1.0F), static_cast<float>(shape.height));
      const float x_in = std::min(std::max(from_x, -1.0F), static_cast<float>(shape.width));
      const int top = static_cast<int>(y_in + 1) - 1;
      const int near = static_cast<int>(x_in + 1) - 1;
      const float below = y_in - static_cast<float>(top);
      const float beyond = x_in - static_cast<float>(near);
      const Scalar* source = edged.data() + (top + 1) * edged_row + (near + 1) * shape.channels;
      Scalar* pixel = to + storage_word(shape, y, x, 0);
      for (int c = 0; c < shape.channels; ++c) {
        const auto weigh = [&](const Scalar* at) {
          return static_cast<Scalar>(1 - beyond) * at[c] +
                 static_cast<Scalar>(beyond) * at[c + shape.channels];
        };
        pixel[c] = static_cast<Scalar>(1 - below) * weigh(source) +
                   static_cast<Scalar>(below) * weigh(source + edged_row);
      }
    }
  }
}

/// Flips, moves and cuts.
template <class Scalar>
void move_image(const Scalar* from, const TensorShape& shape, const ImageChange& change,
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
  if (!augmentation.any() || !shape.is_vector()) return;
  throw UserError(key + (augmentation.flip         ? ".flip"
                         : augmentation.distorts() ? ".rotate_degrees"
                                                   : ".shift_pixels"),
                  "", "needs samples that are images, not vectors of " + to_string(shape));
}

ImageChange draw_change(const Augmentation& augmentation, const TensorShape& shape,
                        std::uint64_t seed, std::uint64_t index) {
  KeyedRandom random(seed, Stream::shuffle, mix_keys(kAugmentationKey, index));
  ImageChange change;
  change.height = shape.height;
  change.width = shape.width;
  // Every number is drawn in any case, so that one kind of change does not move another.
  change.flip = random.below(2) == 1 && augmentation.flip;
  change.down = drawn_from(random, -augmentation.shift_pixels, augmentation.shift_pixels);
  change.right = drawn_from(random, -augmentation.shift_pixels, augmentation.shift_pixels);
  change.top = drawn_from(random, 0, augmentation.crop_pixels);
  change.left = drawn_from(random, 0, augmentation.crop_pixels);
  change.height -= augmentation.crop_pixels;
  change.width -= augmentation.crop_pixels;
  if (augmentation.distorts()) draw_distortion(augmentation, random, change);
  return change;
}

template <class Scalar>
void change_image(const Scalar* from, const TensorShape& shape, const ImageChange& change,
                  Scalar* to) {
  const bool moves = change.flip || change.down != 0 || change.right != 0 ||
                     change.height != shape.height || change.width != shape.width;
  if (!change.distorted) return move_image(from, shape, change, to);
  if (!moves) return distort(from, shape, change, to);
  std::vector<Scalar> distorted(static_cast<std::size_t>(shape.size()));
  distort(from, shape, change, distorted.data());
  move_image(distorted.data(), shape, change, to);
}

template void change_image(const float*, const TensorShape&, const ImageChange&, float*);
template void change_image(const double*, const TensorShape&, const ImageChange&, double*);

}  // namespace minerva::training
