#pragma once
#include <string>
#include <vector>

namespace minerva::flow {

/// `minerva report RUN RUN .. [--out DIR]`: prints finished runs side by side; with --out also
/// writes the tables and their CSV files there.
void compare_command(const std::vector<std::string>& arguments);
/// Whether these arguments of `report` name more than one run.
bool names_several_runs(const std::vector<std::string>& arguments);

}  // namespace minerva::flow
