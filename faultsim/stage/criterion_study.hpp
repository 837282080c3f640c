#pragma once
#include <optional>
#include <vector>

#include "fault_section.hpp"
#include "mitigation_study.hpp"

namespace minerva::faultsim {

/// The supply of the chosen mitigation by every fault table of the technology, the flow's first,
/// which `chosen` has. For the others the lowest voltage is sought whose rate the network
/// tolerates, and whose own error, measured with cells that fail by that criterion, is within
/// `bound`. Nothing for a technology with one table. A table of a longer clock period than the
/// machine's is left out and named in the log.
std::optional<std::vector<CriterionRow>> study_criteria(
    const FaultStage& stage, flow::RunContext& run, const QuantizedGraph& pruned,
    const StudiedMitigation& chosen, const DesignPoint& point, std::int64_t bound);
/// The rows of fault_criteria.csv.
std::string fault_criteria_csv(const std::vector<CriterionRow>& rows);

}  // namespace minerva::faultsim
