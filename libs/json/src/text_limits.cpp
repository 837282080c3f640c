#include "minerva/json/text_limits.hpp"

#include <algorithm>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva::json {
namespace {

/// An array or object that the scan is in.
struct Open {
  bool is_object = false;
  std::size_t elements = 1;
};

[[noreturn]] void refuse(const std::string& file, const std::string& found, std::size_t most,
                         const std::string& of_what) {
  throw UserError(file, found, "needs at most " + std::to_string(most) + " " + of_what);
}

/// Behind the string that begins at `at`, which is a quotation mark.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at, text.size() - 1);
}

}  // namespace

void check_limits(std::string_view text, const std::string& file, const TextLimits& limits) {
  if (text.size() > limits.bytes) {
    refuse(file, std::to_string(text.size()) + " bytes", limits.bytes, "bytes of JSON");
  }
  std::vector<Open> open;
  std::size_t values = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
    } else if (c == '[' || c == '{') {
      if (open.size() == static_cast<std::size_t>(limits.depth)) {
        refuse(file, "", open.size(), "arrays and objects within each other");
      }
      open.push_back({c == '{'});
      ++values;
    } else if ((c == ']' || c == '}') && !open.empty()) {
      open.pop_back();
    } else if (c == ',' && !open.empty()) {
      ++values;
      Open& here = open.back();
      if (++here.elements > limits.members && here.is_object) {
        refuse(file, "", limits.members, "members of an object");
      }
    }
    if (values > limits.values) refuse(file, "", limits.values, "values of JSON");
  }
}

}  // namespace minerva::json
