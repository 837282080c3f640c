#pragma once
#include <string>
#include <vector>

#include "minerva/workloads/profile.hpp"

namespace minerva::workloads {

/// The profiles of folders that fathom profile has filled. Throws UserError for a folder that is
/// missing or holds none, and for a file that is none.
std::vector<WorkloadProfile> read_profiles(const std::vector<std::string>& folders);

}  // namespace minerva::workloads
