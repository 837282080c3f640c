#pragma once
#include "command.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/flow/run_config.hpp"

namespace minerva::flow {

/// Arguments and keys of a command line. Throws UserError for an unknown option, with the nearest
/// ones the command has, and for more or fewer arguments than it takes.
Settings::CommandLine parse_words(const CommandCall& call, const Settings& settings);
/// The arguments of a command that reads no config.
std::vector<std::string> parse_arguments(const CommandCall& call);

/// Where the settings of a call come from.
struct ConfigOfCall {
  std::string file;  ///< the config file; empty: defaults alone
  std::string out;   ///< the run directory that was named; empty: none
};
/// Sets what the config and the command line of a call say, and checks it. A folder of a run, as
/// CONFIG or as --out alone, stands for the config kept in it.
ConfigOfCall read_config_of(const CommandCall& call, RunConfig& config);
/// The same without what no single key can tell: further values may be set before RunConfig::check.
ConfigOfCall read_settings_of(const CommandCall& call, Settings& settings);
/// Puts the folder of MINERVA_DATA_DIR into data.dir, where that is empty.
void apply_environment(Settings& settings);
/// runs/NAME after the config file.
std::string default_run_directory(const std::string& config_file);

}  // namespace minerva::flow
