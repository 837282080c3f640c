#include "minerva/base/text.hpp"

#include <cstdint>
#include <cstdio>

namespace minerva {
namespace {

/// A character of UTF-8 at the beginning of a text: its number and its bytes; 0 bytes for what is
/// none (a byte out of place, an overlong form, a surrogate).
struct Utf8Character {
  std::uint32_t number = 0;
  std::size_t bytes = 0;
};
Utf8Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  std::uint32_t number = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    number = (number << 6) | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = number >= 0xd800 && number <= 0xdfff;
  if (number < kLowest[size] || number > 0x10ffff || surrogate) return {};
  return {number, size};
}

/// Control characters, line and paragraph separators, and what turns the direction of writing.
bool is_control(std::uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character <= 0x9f) ||
         (character >= 0x200e && character <= 0x200f) ||
         (character >= 0x2028 && character <= 0x202e) ||
         (character >= 0x2066 && character <= 0x2069);
}

/// The text with everything that a terminal would obey written out, but for `kept`.
std::string written_out(std::string_view text, std::string_view kept) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = first_character(text.substr(at));
    const std::size_t bytes = character.bytes == 0 ? 1 : character.bytes;
    const bool obeyed = character.bytes == 0 || is_control(character.number);
    if (!obeyed || kept.find(text[at]) != std::string_view::npos) {
      shown += text.substr(at, bytes);
    } else {
      for (std::size_t i = at; i < at + bytes; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        shown += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
      }
    }
    at += bytes;
  }
  return shown;
}

std::string without_middle(std::string_view text, std::size_t most_bytes) {
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  std::size_t head = most_bytes / 2;
  std::size_t tail = text.size() - most_bytes / 2;
  while (head > 0 && continues(head)) --head;
  while (tail < text.size() && continues(tail)) ++tail;
  return std::string(text.substr(0, head)) + " ... " + std::string(text.substr(tail));
}

}  // namespace

std::string number_text(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

std::string fixed_text(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string joined(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string printable(std::string_view text, std::size_t most_bytes) {
  if (text.size() > most_bytes) return written_out(without_middle(text, most_bytes), "");
  return written_out(text, "");
}

std::string printable_lines(std::string_view text) { return written_out(text, "\n\t"); }

}  // namespace minerva
