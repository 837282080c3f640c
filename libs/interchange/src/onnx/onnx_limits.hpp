#pragma once
#include <string>
#include <string_view>

namespace minerva {

/// Throws UserError naming `file` and the limit when a model would take more parts, depth or
/// numbers in memory than limits.hpp allows (an empty node takes two bytes of the file and 200 of
/// memory). Walks over the bytes without building anything. What is no message is left to the
/// parser, which stops where the walk does.
void check_model_limits(std::string_view bytes, const std::string& file);

}  // namespace minerva
