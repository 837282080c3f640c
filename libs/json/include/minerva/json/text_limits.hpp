#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "minerva/base/limits.hpp"

namespace minerva::json {

/// What a JSON text may be before it is parsed.
struct TextLimits {
  std::size_t bytes = limits::kTextBytes;
  int depth = limits::kJsonDepth;              ///< arrays and objects within each other
  std::size_t members = limits::kJsonMembers;  ///< of one object
  std::size_t values = limits::kJsonValues;    ///< altogether
};

/// Throws UserError naming `file` and the limit when the text is beyond one. Takes time with the
/// text's length and no memory that grows with it. The text need not be JSON: what is none is left
/// to the parser, and nothing that the parser builds before it finds the mistake is beyond the
/// limits either.
void check_limits(std::string_view text, const std::string& file, const TextLimits& limits = {});

}  // namespace minerva::json
