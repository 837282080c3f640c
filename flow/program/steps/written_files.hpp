#pragma once
#include <initializer_list>

#include "command.hpp"

namespace minerva::flow {

/// Files that a command writes at its end need folders that are there before its work. Throws
/// UserError naming the option.
void check_folders_of(const CommandCall& call, std::initializer_list<const char*> options);

}  // namespace minerva::flow
