#pragma once
#include <string>
#include <vector>

#include "minerva/accelsim/network_codes.hpp"

namespace minerva::flow {

/// Writes files into the new or empty folder that `option` names, `last` after all others: a folder
/// that has it is whole, and when it cannot be written nothing stays. What an earlier call of
/// `command` left that was killed goes first. Throws UserError for a folder with other files.
void write_folder(const std::string& path, const std::string& command,
                  std::vector<ExportedFile> files, const std::string& last,
                  const std::string& option = "--to");

}  // namespace minerva::flow
