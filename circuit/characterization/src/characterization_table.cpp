#include "minerva/circuit/characterization.hpp"
#include "minerva/report/csv.hpp"

namespace minerva::circuit {

std::string context_of(const CharacterizedUnit& row) {
  return row.lane.empty() ? "alone" : row.lane;
}

std::string characterization_csv(const Characterization& result) {
  Csv csv({"unit",         "a_bits",          "b_bits",          "result_bits",  "drop_bits",
           "lanes",        "operands",        "context",         "role",         "operations",
           "cells",        "area_um2",        "longest_path_ns", "energy_fj",    "internal_fj",
           "switching_fj", "driven_clock_fj", "input_nets_fj",   "clock_net_fj", "leakage_nw",
           "transitions",  "swallowed"});
  for (const CharacterizedUnit& row : result.rows) {
    const UnitMeasurement& figures = row.figures;
    const auto operations = static_cast<double>(figures.operations);
    csv.add({to_string(row.unit.kind),
             row.unit.a_bits,
             row.unit.second_bits(),
             row.unit.result_bits(),
             row.unit.drop_bits,
             row.unit.lanes,
             row.operands,
             context_of(row),
             row.role,
             figures.operations,
             figures.cells,
             figures.area_um2,
             figures.longest_path_ns,
             figures.energy_fj(),
             figures.internal_fj,
             figures.switching_fj,
             figures.driven_clock_fj,
             figures.input_nets_fj,
             figures.clock_net_fj,
             figures.leakage_nw,
             static_cast<double>(figures.events) / operations,
             static_cast<double>(figures.swallowed) / operations});
  }
  return csv.text();
}

}  // namespace minerva::circuit
