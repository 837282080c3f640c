#include "machine_cells.hpp"

#include "minerva/report/text_table.hpp"

namespace minerva::dse {

std::vector<std::string> machine_cells(const DesignSpaceRow& row) {
  const DesignPoint& p = row.point;
  return {std::to_string(p.lanes),
          std::to_string(p.macs_per_lane),
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
