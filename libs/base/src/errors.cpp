#include "minerva/base/errors.hpp"

#include <cerrno>
#include <cstring>

#include "minerva/base/text.hpp"

namespace minerva {
namespace {

constexpr std::size_t kMostShownBytes = 160;     // of a value; two lines of a terminal
constexpr std::size_t kMostPlaceBytes = 512;     // of a path, line and key; longer than usual paths
constexpr std::size_t kMostAllowedBytes = 1500;  // of the rest, which may quote a file, too

std::string message(const std::string& where, const std::string& value,
                    const std::string& allowed) {
  std::string text = printable(where, kMostPlaceBytes);
  if (!value.empty()) text += " = '" + printable(value, kMostShownBytes) + "'";
  return text + ": " + printable(allowed, kMostAllowedBytes);
}

}  // namespace

UserError::UserError(const std::string& where, const std::string& value, const std::string& allowed)
    : std::runtime_error(message(where, value, allowed)) {}

ResourceFailure::ResourceFailure(const std::string& what, int error)
    : std::runtime_error(printable(what, kMostPlaceBytes) + ": " + std::strerror(error) +
                         (error == EMFILE ? " (ulimit -n says how many files may be open)" : "")) {}

}  // namespace minerva
