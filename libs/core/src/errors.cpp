#include "minerva/core/errors.hpp"

namespace minerva {

UserError::UserError(const std::string& where, const std::string& value, const std::string& allowed)
    : std::runtime_error(where + (value.empty() ? "" : " = '" + value + "'") + ": " + allowed) {}

}  // namespace minerva
