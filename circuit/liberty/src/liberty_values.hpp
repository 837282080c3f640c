#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "minerva/circuit/liberty_syntax.hpp"

// Values of Liberty statements, checked.
namespace minerva::circuit {

/// "FILE:LINE" of a statement, for messages.
std::string place_of(const std::string& file, const LibertyStatement& statement);

/// The number of a text; throws UserError(where, text, "needs a number").
double liberty_number(std::string_view text, const std::string& file,
                      const LibertyStatement& statement);
/// Adds the numbers of a text, which commas and spaces separate.
void add_liberty_numbers(std::string_view text, const std::string& file,
                         const LibertyStatement& statement, std::vector<double>& numbers);
/// The number of a simple statement.
double liberty_number(const std::string& file, const LibertyStatement& statement);
/// true or false. Throws UserError.
bool liberty_flag(const std::string& file, const LibertyStatement& statement);

}  // namespace minerva::circuit
