#pragma once
#include <cstdio>
#include <string>

namespace minerva {

/// A number as text for messages and table keys, with at most six significant digits: 0.7, 1e-07.
inline std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace minerva
