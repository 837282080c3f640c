#pragma once
#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {

/// A command's options as the user gave them.
struct CommandLine {
  std::vector<std::string> words;  ///< what is no option
  boost::program_options::variables_map options;

  bool has(const char* name) const { return options.count(name) > 0; }
  template <typename T>
  T value(const char* name, T otherwise) const {
    return has(name) ? options[name].template as<T>() : otherwise;
  }
  bool flag(const char* name) const { return has(name) && options[name].as<bool>(); }
};

/// Throws UserError naming the option or the word that is wrong, in one line.
CommandLine parse_command_line(const std::string& command,
                               const boost::program_options::options_description& description,
                               const std::vector<std::string>& arguments);

/// Options that all commands which make workloads have.
void add_workload_options(boost::program_options::options_description& description);
/// Their values, checked, but for --threads.
WorkloadOptions workload_options(const CommandLine& line);

/// "1,2" of --threads, or 1. Throws UserError.
std::vector<int> thread_counts(const CommandLine& line);
/// The same where only one number is allowed.
int thread_count(const CommandLine& line);

/// A positive whole number; throws UserError naming the option.
int positive(const CommandLine& line, const char* name, int otherwise);

}  // namespace minerva::workloads
