#pragma once
#include <algorithm>
#include <cstdint>

#include "minerva/network/layer_graph.hpp"

// The windows of pools.
namespace minerva::training {

/// Calls visit(first word of the pixel) for the pixels of a window that lie inside the tensor.
template <class Visit>
void visit_pixels(const GraphLayer& l, int oy, int ox, const Visit& visit) {
  const Window& w = l.window;
  const int top = oy * w.stride_y - w.top;
  const int left = ox * w.stride_x - w.left;
  for (int i = std::max(top, 0); i < std::min(top + w.height, l.input.height); ++i) {
    for (int j = std::max(left, 0); j < std::min(left + w.width, l.input.width); ++j) {
      visit(static_cast<std::int32_t>(storage_word(l.input, i, j, 0)));
    }
  }
}

constexpr int kPoolChannels = 8;

/// The largest of a window and where it stands, for up to kPoolChannels channels from `channel` on,
/// in local arrays: without branches, for which word is the largest is not to be guessed. Reads
/// kPoolChannels words a pixel.
template <class Scalar>
void largest_of_window(const GraphLayer& l, int oy, int ox, int channel, const Scalar* x,
                       Scalar* to, std::int32_t* where) {
  Scalar largest[kPoolChannels];
  std::int32_t at[kPoolChannels];
  bool first = true;
  visit_pixels(l, oy, ox, [&](std::int32_t word) {
    const Scalar* pixel = x + word + channel;
    if (first) {
      for (int c = 0; c < kPoolChannels; ++c) {
        largest[c] = pixel[c];
        at[c] = word + channel + c;
      }
      first = false;
      return;
    }
    for (int c = 0; c < kPoolChannels; ++c) {
      const bool larger = pixel[c] > largest[c];
      largest[c] = larger ? pixel[c] : largest[c];
      at[c] = larger ? word + channel + c : at[c];
    }
  });
  const int count = std::min(kPoolChannels, l.channels - channel);
  for (int c = 0; c < count; ++c) {
    to[channel + c] = largest[c];
    where[channel + c] = at[c];
  }
}

}  // namespace minerva::training
