#pragma once
#include <string>
#include <vector>

namespace minerva::workloads {

// A command prints its result to standard output and returns the exit code. Throws UserError.
int list_command(const std::vector<std::string>& arguments);
int run_command(const std::vector<std::string>& arguments);
int profile_command(const std::vector<std::string>& arguments);
int compare_command(const std::vector<std::string>& arguments);
int export_command(const std::vector<std::string>& arguments);
int report_command(const std::vector<std::string>& arguments);
int stages_command(const std::vector<std::string>& arguments);

/// All commands with their options.
std::string help_text();
/// What concerns one command.
std::string help_text(const std::string& command);

}  // namespace minerva::workloads
