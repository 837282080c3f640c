#pragma once
#include <cstdio>
#include <string>

namespace minerva {

/// Two table indices closer than this are the same row: ns or V, finer than any step of a table.
constexpr double kSameIndex = 1e-6;

/// A number as messages and table keys show it.
inline std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace minerva
