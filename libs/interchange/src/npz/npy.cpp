#include "minerva/interchange/npy.hpp"

#include <cstring>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the .npy writer copies memory and needs a little-endian machine"
#endif

/// An array of this type and shape whose data are `values`.
template <typename T>
std::string file_of(const std::vector<T>& values, const std::string& shape,
                    const std::string& type) {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  // Magic, version and length take 10 bytes; the data start at a multiple of 64.
  header.append((64 - (10 + header.size() + 1) % 64) % 64, ' ');
  header += '\n';
  expects(header.size() < 65536, "a .npy header of format 1.0 has less than 65536 bytes");
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  const std::size_t start = bytes.size();
  bytes.resize(start + values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(&bytes[start], values.data(), values.size() * sizeof(T));
  return bytes;
}

template <typename T>
std::string npy(const std::vector<T>& values, const std::vector<std::size_t>& shape,
                const char* type) {
  std::size_t elements = 1;
  std::string shape_text;
  for (const std::size_t n : shape) {
    elements *= n;
    shape_text += std::to_string(n) + (shape.size() == 1 ? "," : ", ");
  }
  expects(elements == values.size(), "an array's shape and its values differ in number");
  return file_of(values, shape_text, type);
}

}  // namespace

std::string npy_bytes(const std::vector<std::int16_t>& values,
                      const std::vector<std::size_t>& shape) {
  return npy(values, shape, "<i2");
}
std::string npy_bytes(const std::vector<std::int32_t>& values,
                      const std::vector<std::size_t>& shape) {
  return npy(values, shape, "<i4");
}
std::string npy_bytes(const std::vector<std::int64_t>& values,
                      const std::vector<std::size_t>& shape) {
  return npy(values, shape, "<i8");
}
std::string npy_bytes(const std::vector<std::uint16_t>& values,
                      const std::vector<std::size_t>& shape) {
  return npy(values, shape, "<u2");
}
std::string npy_bytes(const std::vector<float>& values, const std::vector<std::size_t>& shape) {
  return npy(values, shape, "<f4");
}
std::string npy_text(const std::string& text) {
  // NumPy stores a text as numbers of Unicode, 32 bits each, in an array without dimensions.
  return file_of(std::vector<std::uint32_t>(text.begin(), text.end()), "",
                 "<U" + std::to_string(text.size()));
}

}  // namespace minerva
