#pragma once
#include <cstring>
#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {

/// "cannot ACTION: reason", for an errno.
[[noreturn]] inline void fail(const std::string& path, const std::string& action, int error) {
  throw UserError(path, "", "cannot " + action + ": " + std::strerror(error));
}

}  // namespace minerva
