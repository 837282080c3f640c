#pragma once
#include <string>
#include <vector>

namespace minerva::flow {

/// What the last of these words, those behind the program's name, may become: commands, options,
/// keys of the sections that the command reads, their words, files. Each is a whole word; one that
/// goes on ends in '=' or '/'. Reads the table of commands, the registry of keys and folders.
std::vector<std::string> completions(const std::vector<std::string>& words);

}  // namespace minerva::flow
