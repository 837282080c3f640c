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

/// Throws UserError naming `option` for a folder with files other than those of an earlier call,
/// which leaves `mark`.
void check_folder_of_own(const std::string& folder, const std::string& mark,
                         const std::string& option);

}  // namespace minerva::flow
