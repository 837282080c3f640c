#include "minerva/circuit/boolean_expression.hpp"

#include <cstring>

#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {
constexpr int kDeepestParenthesis = 100;  // a bound on recursion
constexpr int kMostVariables = 64;        // of one word
}  // namespace

/// Recursive descent, one function for each precedence.
class ExpressionParser {
 public:
  ExpressionParser(BooleanExpression& expression, std::string_view text,
                   const BooleanExpression::Resolve& resolve, const std::string& where)
      : out_(expression), text_(text), resolve_(resolve), where_(where) {}

  void parse() {
    either(0);
    skip();
    if (at_ < text_.size()) fail("has something behind the end of the expression");
    check_depth();
  }

 private:
  using Operation = BooleanExpression::Operation;

  [[noreturn]] void fail(const std::string& reason) const {
    throw UserError(where_, std::string(text_), reason);
  }
  void skip() {
    // A backslash stands before the end of a line.
    while (at_ < text_.size() && std::strchr(" \t\r\n\\", text_[at_]) != nullptr) ++at_;
  }
  bool take(const char* any_of) {
    skip();
    if (at_ == text_.size() || std::strchr(any_of, text_[at_]) == nullptr) return false;
    ++at_;
    return true;
  }
  void add(Operation operation, int operand = 0) {
    out_.steps_.push_back({operation, static_cast<std::uint8_t>(operand)});
  }

  void either(int depth) {
    both(depth);
    while (take("+|")) {
      both(depth);
      add(Operation::either);
    }
  }
  void both(int depth) {
    differ(depth);
    while (true) {
      const bool written = take("*&");
      skip();
      // A factor that follows without an operator is anded, too.
      if (!written && (at_ == text_.size() || std::strchr("+|)^'", text_[at_]) != nullptr)) return;
      differ(depth);
      add(Operation::both);
    }
  }
  void differ(int depth) {
    inverted(depth);
    while (take("^")) {
      inverted(depth);
      add(Operation::differ);
    }
  }
  void inverted(int depth) {
    bool invert = false;
    while (take("!")) invert = !invert;
    factor(depth);
    while (take("'")) invert = !invert;
    if (invert) add(Operation::invert);
  }
  void factor(int depth) {
    if (depth > kDeepestParenthesis) fail("has more than 100 parentheses inside of each other");
    if (take("(")) {
      either(depth + 1);
      if (!take(")")) fail("needs a closing parenthesis");
      return;
    }
    skip();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::strchr(" \t\r\n\\!^*&+|()'", text_[at_]) == nullptr) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name.empty()) fail("needs a pin here: after '" + std::string(text_.substr(0, begin)) + "'");
    if (name == "0" || name == "1") return add(Operation::constant, name == "1");
    const int variable = resolve_(name);
    if (variable < 0) fail("'" + std::string(name) + "' is no pin and no state of the cell");
    expects(variable < kMostVariables, "BooleanExpression: a variable above 63");
    out_.variables_ |= std::uint64_t{1} << variable;
    add(Operation::variable, variable);
  }
  /// The stack of `at` is one word.
  void check_depth() const {
    int depth = 0;
    for (const BooleanExpression::Step& step : out_.steps_) {
      if (step.operation == Operation::variable || step.operation == Operation::constant) {
        ++depth;
      } else if (step.operation != Operation::invert) {
        --depth;
      }
      if (depth > kMostVariables) fail("keeps more than 64 values at once");
    }
  }

  BooleanExpression& out_;
  std::string_view text_;
  const BooleanExpression::Resolve& resolve_;
  const std::string& where_;
  std::size_t at_ = 0;
};

BooleanExpression::BooleanExpression(std::string_view text, const Resolve& resolve,
                                     const std::string& where) {
  ExpressionParser(*this, text, resolve, where).parse();
}

bool BooleanExpression::at(std::uint64_t values) const {
  if (steps_.empty()) return true;
  std::uint64_t stack = 0;  // the last value is bit 0
  for (const Step& step : steps_) {
    const std::uint64_t last = stack & 1;
    switch (step.operation) {
      case Operation::variable:
        stack = stack << 1 | (values >> step.operand & 1);
        break;
      case Operation::constant:
        stack = stack << 1 | step.operand;
        break;
      case Operation::invert:
        stack ^= 1;
        break;
      case Operation::both:
        stack = (stack >> 1) & (~std::uint64_t{1} | last);
        break;
      case Operation::either:
        stack = (stack >> 1) | last;
        break;
      case Operation::differ:
        stack = (stack >> 1) ^ last;
        break;
    }
  }
  return (stack & 1) != 0;
}

}  // namespace minerva::circuit
