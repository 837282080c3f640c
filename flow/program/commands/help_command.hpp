#pragma once
#include <string>
#include <vector>

#include "command.hpp"

namespace minerva {
struct SettingInfo;
}

namespace minerva::flow {

/// Which keys the help of a command shows: those that it reads itself, or all that it takes.
enum class ShownKeys { own, all };

/// Whether a command reads a key itself: the stage of its name does, or its row of the table says
/// so.
bool is_own_key(const Command& command, const SettingInfo& info);
/// Every section of a config, in the order of the help.
std::vector<std::string> sections_of_a_config();

/// The list of commands, with options and exit codes.
std::string usage_text();
/// What a command does, with its arguments, options, keys and examples.
std::string help_text(const Command& command, ShownKeys shown = ShownKeys::own);
/// The keys of one section.
std::string section_text(const std::string& section);

int help_command(const CommandCall& call);

}  // namespace minerva::flow
