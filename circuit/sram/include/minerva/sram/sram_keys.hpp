#pragma once
#include "minerva/sram/sram_options.hpp"

namespace minerva {
class Settings;
}

namespace minerva::sram {

/// The keys of [sram], which the command sram alone reads.
void add_sram_keys(Settings& settings, SramOptions& options);
/// What no single key's range can check. Throws UserError.
void check(const SramOptions& options);

}  // namespace minerva::sram
