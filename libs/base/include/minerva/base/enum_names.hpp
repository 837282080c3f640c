#pragma once
#include <array>
#include <cstddef>
#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {

// The values of an enumeration are named once, by a function beside it that its arguments find:
//
//   enum class Masking { none, word, bit };
//   constexpr EnumNames<Masking, 3> enum_names(Masking) {
//     return {{{Masking::none, "none"}, {Masking::word, "word"}, {Masking::bit, "bit"}}};
//   }
//
// Text, messages, config keys and JSON all follow from it. A namespace with a to_string of its own
// needs `using minerva::to_string;`, because that one would hide this one.

/// A value and its name in files, on the command line and in messages.
template <typename Enum>
struct EnumName {
  Enum value;
  const char* text;
};
template <typename Enum, std::size_t N>
using EnumNames = std::array<EnumName<Enum>, N>;

/// The name of a value; empty for a number that is none of the enumeration's values.
template <typename Enum, typename = decltype(enum_names(Enum{}))>
constexpr const char* to_string(Enum value) {
  for (const EnumName<Enum>& each : enum_names(Enum{})) {
    if (each.value == value) return each.text;
  }
  return "";
}

/// The value of a name. Throws UserError that names `where` and lists the names.
template <typename Enum>
Enum parse_enum(const std::string& text, const std::string& where) {
  std::string allowed;
  for (const EnumName<Enum>& each : enum_names(Enum{})) {
    if (text == each.text) return each.value;
    allowed += (allowed.empty() ? "" : ", ") + std::string(each.text);
  }
  throw UserError(where, text, "needs one of " + allowed);
}

}  // namespace minerva
