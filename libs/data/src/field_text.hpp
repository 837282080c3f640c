#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace minerva {

/// A field as a message shows it: its first bytes, or "(empty)".
std::string shown(std::string_view field);

/// The number that a whole field is, NaN and infinity among them; nothing for any other text.
std::optional<double> number_in(std::string_view field);

/// The same for finite numbers that doubles tell apart from their whole neighbours: what labels may
/// be compared by.
std::optional<double> label_number_in(std::string_view field);

/// The whole number that a field such as 3, +3 or 3.0 is; nothing for any other text.
std::optional<std::int64_t> whole_number_in(std::string_view field);

}  // namespace minerva
