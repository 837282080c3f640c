#pragma once
#include <string>

#include "minerva/sharing/options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::sharing {

/// Options of the stage. Keys of section [sharing].
struct SharingStageOptions {
  SharingOptions sharing;
  std::string codebooks_file;  ///< empty: made from the weights
  double share = 0.75;         ///< of the error budget, by the end of the stage
};

/// Adds the keys of section [sharing], and budget.share_sharing.
void add_sharing_settings(Settings& settings, SharingStageOptions& options);

}  // namespace minerva::sharing
