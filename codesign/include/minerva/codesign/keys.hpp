#pragma once
#include "minerva/codesign/options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::codesign {

/// The keys of [finetune], which the commands finetune and codesign read.
void add_finetune_keys(Settings& settings, FineTuneOptions& options);
/// The keys of [codesign], which the command codesign alone reads.
void add_codesign_keys(Settings& settings, CodesignOptions& options);

}  // namespace minerva::codesign
