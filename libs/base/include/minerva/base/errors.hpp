#pragma once
#include <stdexcept>
#include <string>

namespace minerva {

/// A mistake of the user. Its message is one line that names the key or file, its value and what is
/// allowed. Only the program catches it; it prints the line and ends with code 2.
class UserError : public std::runtime_error {
 public:
  /// @param where key or file; @param value what was found there, may be empty; @param allowed what
  /// would be correct. Control characters are written as \x0a and the like, and the middle of a
  /// long text is left out, so that the message stays one readable line.
  UserError(const std::string& where, const std::string& value, const std::string& allowed);
};

/// The machine does not give what the work needs: no more open files, processes or memory. Only the
/// program catches it; it prints the line and ends with code 1.
class ResourceFailure : public std::runtime_error {
 public:
  /// @param what could not be had, "a pipe for worker process 3"; @param error the system's errno
  ResourceFailure(const std::string& what, int error);
};

/// A defect of this project: a caller broke a function's contract.
class ContractViolation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Checks a contract; throws ContractViolation with `what` when `holds` is false.
inline void expects(bool holds, const char* what) {
  if (!holds) throw ContractViolation(what);
}

}  // namespace minerva
