#pragma once
#include "command.hpp"
#include "minerva/app/settings.hpp"

namespace minerva::flow {

/// Arguments and keys of a command line. Throws UserError for an unknown option, with the nearest
/// ones the command has, and for more or fewer arguments than it takes.
Settings::CommandLine parse_words(const CommandCall& call, const Settings& settings);
/// The arguments of a command that reads no config.
std::vector<std::string> parse_arguments(const CommandCall& call);

}  // namespace minerva::flow
