#pragma once
#include <cstdint>
#include <vector>

#include "rtl_parameters.hpp"

namespace minerva {

/// What the bench feeds and expects: bench_parameters.vh, inputs.hex and expected_*.hex.
std::vector<ExportedFile> vector_files(const RtlMachine& machine,
                                       const std::vector<std::vector<std::int16_t>>& inputs);

}  // namespace minerva
