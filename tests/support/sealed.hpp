#pragma once
#include <string>

#include "minerva/base/checksum.hpp"

namespace minerva {

// Files with a checksum of their own after a test has changed them: forged, but whole.

/// A JSON file whose second line holds the checksum of the others (json::dump_with_digest).
inline std::string sealed_json(const std::string& text) {
  const std::string first = "{\n";
  const std::string label = " \"sha256\": \"";
  if (text.compare(0, first.size(), first) != 0) return text;
  std::string rest = text.substr(first.size());
  if (rest.compare(0, label.size(), label) == 0) rest.erase(0, rest.find('\n') + 1);
  const std::string whole = first + rest;
  return first + label + sha256(whole.data(), whole.size()) + "\",\n" + rest;
}

/// A training's record, whose last line holds the checksum of the others.
inline std::string sealed_record(const std::string& text) {
  const std::string lines = text.substr(0, text.rfind("sha256 "));
  return lines + "sha256 " + sha256(lines.data(), lines.size()) + "\n";
}

}  // namespace minerva
