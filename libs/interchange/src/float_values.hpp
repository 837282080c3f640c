#pragma once
#include <string_view>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// The number that the first bytes_of(type) bytes stand for, exactly; infinities and NaN too.
double float_value(FloatType type, std::string_view bytes, bool big_endian);

}  // namespace minerva
