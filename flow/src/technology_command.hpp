#pragma once
#include <string>
#include <vector>

namespace minerva::flow {

/// `minerva tech FILE [--tech.rows=all]`: checks a technology file and prints what it rests on.
/// Throws UserError for a bad file.
void technology_command(const std::vector<std::string>& arguments);

}  // namespace minerva::flow
