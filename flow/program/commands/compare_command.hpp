#pragma once
#include <string>
#include <vector>

#include "command.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/report/figure.hpp"

namespace minerva::flow {

/// `minerva report RUN RUN .. [--out DIR]`: prints what compare_runs gives.
int compare_command(const CommandCall& call);
/// The runs of these folders side by side; unless `out` is null, also as files in that folder.
/// Throws UserError for a folder without a summary, and for two of the same name.
std::string compare_runs(const std::vector<std::string>& folders, OwnedFolder* out);
/// The figures of that comparison.
std::vector<Figure> figures_of_runs(const std::vector<std::string>& folders);
/// Whether this call of `report` names more than one run.
bool names_several_runs(const CommandCall& call);

}  // namespace minerva::flow
