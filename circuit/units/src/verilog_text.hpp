#pragma once
#include <string>

namespace minerva::circuit {

inline std::string number(int value) { return std::to_string(value); }
/// "[7:0] " of 8 bits.
inline std::string range(int bits) { return "[" + number(bits - 1) + ":0] "; }

}  // namespace minerva::circuit
