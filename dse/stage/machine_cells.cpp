#include "machine_cells.hpp"

#include "minerva/report/text_table.hpp"

namespace minerva::dse {
namespace {

/// With the positions that a weight read serves, where they are several, the weights that come from
/// off chip in a cycle, the queue of inputs read ahead, and the batch size.
std::string macs_text(const DesignPoint& p) {
  std::string macs = std::to_string(p.macs_per_lane);
  if (p.positions_per_weight > 1) {
    macs += " (" + std::to_string(p.positions_per_weight) + " positions a weight)";
  }
  if (p.streams_weights()) {
    macs += " (" + std::to_string(p.off_chip_words) + " weights/cycle from off chip)";
  }
  if (p.reads_ahead()) {
    macs += " (" + std::to_string(p.read_ahead_words) + " words read ahead)";
  }
  if (p.runs_batches()) macs += " (batches of " + std::to_string(p.batch_size) + ")";
  return macs;
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
