#pragma once
#include <string>
#include <vector>

#include "minerva/design/bank_counts.hpp"
#include "rtl_parameters.hpp"

namespace minerva {

/// What the bench feeds and expects: inputs.hex, expected_*.hex and bench_parameters.vh.
std::vector<ExportedFile> vector_files(const RtlMachine& machine,
                                       const std::vector<std::vector<std::int16_t>>& inputs);

/// inputs.hex of one sample: a row of all banks a line.
std::string input_rows(const std::vector<std::int16_t>& input, const MemoryArray& memory);
/// expected_cycles.hex: the cycles of each layer by cause. Stalls for weights are a cause where
/// these come from off chip.
void append_cycles(const std::vector<LayerCycles>& layers, bool streams_weights, std::string& text);
/// expected_accesses.hex; gives the number of its lines.
std::int64_t append_accesses(const BankAccesses& accesses, bool streams_weights, std::string& text);
/// A line of bench_parameters.vh, and the one of the clock.
std::string bench_parameter(const char* name, std::int64_t value, const char* comment);
std::string clock_parameter(const DesignPoint& point);

}  // namespace minerva
