#include "machine_cells.hpp"

#include "minerva/report/text_table.hpp"

namespace minerva::dse {
namespace {

/// With the positions that a weight read serves, where they are several.
std::string macs_text(const DesignPoint& p) {
  const std::string macs = std::to_string(p.macs_per_lane);
  if (p.positions_per_weight == 1) return macs;
  return macs + " (" + std::to_string(p.positions_per_weight) + " positions a weight)";
}

}  // namespace

std::vector<std::string> machine_cells(const DesignSpaceRow& row) {
  const DesignPoint& p = row.point;
  return {std::to_string(p.lanes),
          macs_text(p),
          std::to_string(p.weight_bandwidth),
          std::to_string(p.activation_bandwidth),
          std::to_string(p.write_ports),
          std::to_string(p.weight_banks_per_lane()),
          std::to_string(p.activation_banks_per_half()),
          std::to_string(p.multiplier_stages),
          readable_number(p.clock_period_ns),
          count_text(row.weight_bank_words)};
}

}  // namespace minerva::dse
