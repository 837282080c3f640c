#pragma once
#include <cstdint>
#include <string>

#include "minerva/circuit/unit.hpp"

namespace minerva::circuit {

/// Throws UserError for a layout whose counters are too narrow for what they count.
void check_sequencer(const SequencerLayout& layout, const std::string& name);
/// The counters after an edge, with their flags, from the counters before it.
std::int64_t sequencer_next(const SequencerLayout& layout, std::int64_t shown, bool hold);
/// The counters of a machine that begins.
std::int64_t sequencer_begin(const SequencerLayout& layout);
/// Body of the module with the ports clk, b and out.
std::string sequencer_body(const SequencerLayout& layout);

}  // namespace minerva::circuit
