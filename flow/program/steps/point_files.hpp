#pragma once
#include <string>
#include <vector>

#include "minerva/accelsim/network_codes.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design.hpp"
#include "minerva/flow/run_config.hpp"

namespace minerva::flow {

/// The files of one design as other commands take them: network, plan, thresholds, faults, machine,
/// the design as one value (design.json), and config.cfg, a config of `config` that names them with
/// `folder` before their names and reads `inputs`. A command that takes a config takes that one.
std::vector<ExportedFile> point_files(const Design& design, const RunConfig& config,
                                      const std::string& folder, const std::string& inputs);

/// Writes files into a folder, which is made where it is missing, each whole or not at all.
void write_files(const std::string& folder, const std::vector<ExportedFile>& files);

/// Throws UserError naming --to for a folder with files, unless an earlier call of `command` has
/// begun it.
void check_folder_of_own(const std::string& folder, const std::string& command);
/// Makes the folder and marks it as that of `command`, so that a later call may go on with it.
void begin_folder(const std::string& folder, const std::string& command);

}  // namespace minerva::flow
