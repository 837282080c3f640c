#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include "minerva/network/layer_graph.hpp"

// Rows of patches: a convolution as a matrix product.
namespace minerva::training {

/// Elements that are written, or read, behind the last one of a patch or a map.
constexpr std::size_t kPatchSlack = 8;

/// Copies `count` elements in steps of 4, and so up to 3 more: for runs that are written one behind
/// another, each over what was too much of the one before.
template <class Scalar>
inline void copy_run(const Scalar* from, std::size_t count, Scalar* to) {
  for (std::size_t i = 0; i < count; i += 4) {
    for (std::size_t j = 0; j < 4; ++j) to[i + j] = from[i + j];
  }
}

/// The windows of a layer over one tensor. A patch has the words of a window, ky, kx, c; patches
/// follow each other by position.
class Patches {
 public:
  explicit Patches(const GraphLayer& layer) : layer_(layer) {
    const Window& w = layer.window;
    row_ = static_cast<std::size_t>((layer.input.width + w.left + w.right) * layer.input.channels);
    first_ = static_cast<std::size_t>(w.top) * row_ +
             static_cast<std::size_t>(w.left * layer.input.channels);
    padded_ = static_cast<std::size_t>(layer.input.height + w.top + w.bottom) * row_;
  }
  /// Words of a patch, of all channels.
  std::size_t patch() const {
    return static_cast<std::size_t>(layer_.window.words()) *
           static_cast<std::size_t>(layer_.input.channels);
  }
  std::size_t size() const { return patch() * static_cast<std::size_t>(layer_.positions()); }
  /// Words of the copy among zeros that gather and scatter work on.
  std::size_t padded_size() const { return padded_ + kPatchSlack; }

  /// @param map zeros beside the tensor, which stay.
  template <class Scalar>
  void gather(const Scalar* tensor, std::vector<Scalar>& map, Scalar* patches) const {
    const std::size_t words = tensor_row();
    for (int y = 0; y < layer_.input.height; ++y) {
      std::copy_n(tensor + static_cast<std::size_t>(y) * words, words,
                  map.data() + first_ + static_cast<std::size_t>(y) * row_);
    }
    visit([&](std::size_t at, std::size_t run) {
      copy_run(map.data() + at, run, patches);
      patches += run;
    });
  }
  /// Adds what each patch has to the tensor: positions in their order.
  template <class Scalar>
  void scatter(const Scalar* patches, std::ptrdiff_t step, std::vector<Scalar>& map,
               Scalar* tensor) const {
    std::fill(map.begin(), map.end(), Scalar{0});
    const auto of_patch = static_cast<std::ptrdiff_t>(patch());
    std::ptrdiff_t done = 0;
    visit([&](std::size_t at, std::size_t run) {
      Scalar* to = map.data() + at;
      for (std::size_t i = 0; i < run; ++i) to[i] += patches[i];
      patches += run;
      done += static_cast<std::ptrdiff_t>(run);
      if (done < of_patch) return;
      patches += step - of_patch;
      done = 0;
    });
    const std::size_t words = tensor_row();
    for (int y = 0; y < layer_.input.height; ++y) {
      const Scalar* from = map.data() + first_ + static_cast<std::size_t>(y) * row_;
      Scalar* to = tensor + static_cast<std::size_t>(y) * words;
      for (std::size_t i = 0; i < words; ++i) to[i] += from[i];
    }
  }

 private:
  std::size_t tensor_row() const {
    return static_cast<std::size_t>(layer_.input.width * layer_.input.channels);
  }
  /// Calls visit(first word in the map, words) for every kernel row of every position.
  template <class Visit>
  void visit(const Visit& visit_run) const {
    const Window& w = layer_.window;
    const auto run = static_cast<std::size_t>(w.width * layer_.input.channels);
    for (int y = 0; y < layer_.output.height; ++y) {
      for (int x = 0; x < layer_.output.width; ++x) {
        std::size_t at = static_cast<std::size_t>(y * w.stride_y) * row_ +
                         static_cast<std::size_t>(x * w.stride_x * layer_.input.channels);
        for (int ky = 0; ky < w.height; ++ky, at += row_) visit_run(at, run);
      }
    }
  }

  GraphLayer layer_;
  std::size_t row_ = 0;
  std::size_t first_ = 0;
  std::size_t padded_ = 0;
};

}  // namespace minerva::training
