#pragma once
#include <cstdint>
#include <vector>

namespace minerva::workloads {

/// The fewest insertions, removals and replacements that turn one sequence into the other
/// (Levenshtein).
std::int64_t edit_distance(const std::vector<int>& a, const std::vector<int>& b);

}  // namespace minerva::workloads
