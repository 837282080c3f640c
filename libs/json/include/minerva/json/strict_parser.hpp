#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "minerva/json/text_limits.hpp"

namespace minerva::json {

/// The value of a JSON text. Time grows with the text's length, but for the square of an object's
/// members, which are limited. `on_repeated` gets the name of a member that stands twice, of which
/// a parser would keep one in silence, and must throw. Throws UserError naming `file` for a text
/// beyond the limits, and nlohmann::json::exception for one that is not JSON.
nlohmann::ordered_json parse_strictly(std::string_view text, const std::string& file,
                                      const TextLimits& limits,
                                      const std::function<void(const std::string&)>& on_repeated);

}  // namespace minerva::json
