#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace minerva::circuit {

/// A function of up to 64 variables as Liberty writes it: ! and ' invert, ^ is exclusive or,
/// * & and a space are and, + and | are or, in this order of precedence; 0 and 1 are constants.
class BooleanExpression {
 public:
  /// The number of a variable, 0 to 63, or -1 for a name that is unknown.
  using Resolve = std::function<int(std::string_view name)>;

  /// The constant 1, the condition that always applies.
  BooleanExpression() = default;
  /// Throws UserError(where, text, ..) for a text that is no expression or names an unknown
  /// variable. @param where file and line
  BooleanExpression(std::string_view text, const Resolve& resolve, const std::string& where);

  /// @param values bit v is the value of variable v
  bool at(std::uint64_t values) const;
  /// Bit v is set where variable v occurs.
  std::uint64_t variables() const { return variables_; }

 private:
  friend class ExpressionParser;
  enum class Operation : std::uint8_t { variable, constant, invert, both, either, differ };
  struct Step {
    Operation operation;
    std::uint8_t operand = 0;
  };
  std::vector<Step> steps_;  ///< in the order in which a stack computes them; empty: 1
  std::uint64_t variables_ = 0;
};

}  // namespace minerva::circuit
