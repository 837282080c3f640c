#pragma once
#include <optional>
#include <vector>

#include "minerva/report/run_summary.hpp"

namespace minerva {

/// A number that a run ends with: of its last stage, of the machine there, or of what the machine
/// skips.
struct RunQuantity {
  const char* column;     ///< with its unit, of CSV and JSON: "power_mw"
  const char* dimension;  ///< of a figure, the unit behind the last comma: "power, mW"
  const char* heading;    ///< of a table for a terminal; empty: not shown there
  std::optional<double> (*value)(const RunSummary& summary);  ///< nothing: the run has none
};

/// Every one of them, in the order of sweep.csv.
const std::vector<RunQuantity>& run_quantities();

}  // namespace minerva
