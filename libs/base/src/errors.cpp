#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::size_t kMostShownBytes = 160;     // of a value; two lines of a terminal
constexpr std::size_t kMostPlaceBytes = 512;     // of a path, line and key; longer than usual paths
constexpr std::size_t kMostAllowedBytes = 1500;  // of the rest, which may quote a file, too

/// Control characters written out: what came from a file must not break the line, nor the terminal.
std::string printable(const std::string& text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      shown += c;
    } else {
      shown += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return shown;
}

/// Begin and end of a long text, cut between characters of UTF-8.
std::string shortened(const std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  std::size_t head = most_bytes / 2;
  std::size_t tail = text.size() - most_bytes / 2;
  while (head > 0 && continues(head)) --head;
  while (tail < text.size() && continues(tail)) ++tail;
  return text.substr(0, head) + " ... " + text.substr(tail);
}

std::string message(const std::string& where, const std::string& value,
                    const std::string& allowed) {
  std::string text = printable(shortened(where, kMostPlaceBytes));
  if (!value.empty()) text += " = '" + printable(shortened(value, kMostShownBytes)) + "'";
  return text + ": " + shortened(printable(allowed), kMostAllowedBytes);
}

}  // namespace

UserError::UserError(const std::string& where, const std::string& value, const std::string& allowed)
    : std::runtime_error(message(where, value, allowed)) {}

}  // namespace minerva
