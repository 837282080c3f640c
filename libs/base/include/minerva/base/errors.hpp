#pragma once
#include <stdexcept>
#include <string>

namespace minerva {

/// The user's mistake: one line that names the key or file, its value and what is allowed.
/// Caught in main only, which prints it and exits with code 2.
class UserError : public std::runtime_error {
 public:
  /// @param where key or file; @param value what was found there; @param allowed what may stand
  /// there. Control characters are written out (\x0a), the middle of a long text is left out.
  UserError(const std::string& where, const std::string& value, const std::string& allowed);
};

/// Our mistake: a caller broke a function's contract.
class ContractViolation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Checks a contract; throws ContractViolation with `what` when `holds` is false.
inline void expects(bool holds, const char* what) {
  if (!holds) throw ContractViolation(what);
}

}  // namespace minerva
