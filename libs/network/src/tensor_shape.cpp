#include "minerva/network/tensor_shape.hpp"

#include <cstdint>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::size_t kMaxDigits = 8;  // more than kMaxLayerWidth has, and no overflow of an int

}  // namespace

std::string to_string(const TensorShape& shape) {
  if (shape.is_vector()) return std::to_string(shape.channels);
  return std::to_string(shape.height) + "x" + std::to_string(shape.width) + "x" +
         std::to_string(shape.channels);
}

TensorShape parse_tensor_shape(const std::string& text, const std::string& key) {
  const auto fail = [&] {
    throw UserError(key, text,
                    "needs words such as 784, or height, width and channels such as 28x28x1, of 1 "
                    "to " +
                        std::to_string(kMaxLayerWidth) + " words in all");
  };
  std::vector<int> extents;
  std::string digits;
  for (const char c : text + "x") {
    if (c == 'x') {
      if (digits.empty() || digits.size() > kMaxDigits) fail();
      extents.push_back(std::stoi(digits));
      digits.clear();
    } else if (c >= '0' && c <= '9') {
      digits += c;
    } else {
      fail();
    }
  }
  if (extents.size() != 1 && extents.size() != 3) fail();
  std::int64_t words = 1;
  for (const int extent : extents) {
    if (extent < 1 || extent > kMaxLayerWidth) fail();
    words *= extent;  // at most 2^20 before, so at most 2^40 here
    if (words > kMaxLayerWidth) fail();
  }
  if (extents.size() == 1) return TensorShape::vector(extents.front());
  return {extents[0], extents[1], extents[2]};
}

}  // namespace minerva
