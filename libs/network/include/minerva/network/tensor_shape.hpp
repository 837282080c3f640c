#pragma once
#include <string>

namespace minerva {

/// Most words of a tensor, and so most neurons of a layer.
constexpr int kMaxLayerWidth = 1 << 20;

/// Shape of an activation tensor, which is stored channels last: word (y * width + x) * channels +
/// c belongs to row y, column x and channel c. A vector of n words is 1 x 1 x n.
struct TensorShape {
  int height = 1;
  int width = 1;
  int channels = 0;

  static TensorShape vector(int words) { return {1, 1, words}; }

  /// Words of the tensor.
  int size() const { return height * width * channels; }
  bool is_vector() const { return height == 1 && width == 1; }

  friend bool operator==(const TensorShape& a, const TensorShape& b) {
    return a.height == b.height && a.width == b.width && a.channels == b.channels;
  }
  friend bool operator!=(const TensorShape& a, const TensorShape& b) { return !(a == b); }
};

/// "784" for a vector, "28x28x1" (height, width, channels) for any other tensor.
std::string to_string(const TensorShape& shape);
/// Reads either text. Throws UserError naming `key` unless every extent is at least 1 and the
/// tensor has at most kMaxLayerWidth words.
TensorShape parse_tensor_shape(const std::string& text, const std::string& key);

}  // namespace minerva
