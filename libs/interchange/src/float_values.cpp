#include "float_values.hpp"

#include <cmath>
#include <cstring>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/named_tensors.hpp"

namespace minerva {
namespace {

std::uint64_t word_at(const char* bytes, std::size_t size, bool big_endian) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = big_endian ? i : size - 1 - i;
    word = (word << 8) | static_cast<unsigned char>(bytes[at]);
  }
  return word;
}

/// IEEE 754 binary16; every value of it is one of float32.
float half_value(std::uint64_t word) {
  const auto exponent = static_cast<int>((word >> 10) & 0x1f);
  const auto fraction = static_cast<float>(word & 0x3ff);
  const float sign = (word & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 0x1f) return fraction == 0 ? sign * INFINITY : NAN;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024.0F + fraction, exponent - 25);
}

template <typename To, typename From>
To reinterpreted(From word) {
  static_assert(sizeof(To) == sizeof(From));
  To value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

}  // namespace

double float_value(FloatType type, std::string_view bytes, bool big_endian) {
  const std::uint64_t word = word_at(bytes.data(), bytes_of(type), big_endian);
  switch (type) {
    case FloatType::f16:
      return half_value(word);
    case FloatType::bf16:
      return reinterpreted<float>(static_cast<std::uint32_t>(word << 16));
    case FloatType::f32:
      return reinterpreted<float>(static_cast<std::uint32_t>(word));
    case FloatType::f64:
      return reinterpreted<double>(word);
  }
  return NAN;
}

ConvertedFloats to_float32(FloatType type, std::string_view bytes, bool big_endian,
                           const std::string& file, const std::string& tensor) {
  const std::size_t size = bytes_of(type);
  expects(bytes.size() % size == 0, "to_float32: bytes of a whole number of values");
  ConvertedFloats out;
  out.values.resize(bytes.size() / size);
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    const double exact = float_value(type, bytes.substr(i * size, size), big_endian);
    const auto value = static_cast<float>(exact);
    if (std::isfinite(exact) && !std::isfinite(value)) {
      throw UserError(file, tensor, "holds a number beyond the range of float32");
    }
    if (!std::isfinite(value)) {
      throw UserError(file, tensor, "holds a number that is not finite");
    }
    if (static_cast<double>(value) != exact) ++out.rounded;
    out.values[i] = value;
  }
  return out;
}

std::string rounding_note(const std::string& tensor, const ConvertedFloats& floats) {
  return printable(tensor) + ": " + std::to_string(floats.rounded) + " of " +
         std::to_string(floats.values.size()) + " numbers rounded to float32";
}

}  // namespace minerva
