#pragma once
#include <cstdio>
#include <string>

namespace minerva {

/// A number as messages and table keys show it, in at most six digits: 0.7, 1e-07.
inline std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace minerva
