#pragma once
#include "design_space_section.hpp"

namespace minerva {

/// Invented designs: twelve legal ones, six of them on the frontier.
inline dse::DesignSpaceSection invented_space() {
  dse::DesignSpaceSection space;
  for (int i = 0; i < 12; ++i) {
    dse::DesignSpaceRow row;
    row.combination = 100U + static_cast<unsigned>(i);
    row.point.lanes = 1 << (11 - i) % 6;
    row.cycles = 335000 >> (11 - i) % 6;
    row.time_us = static_cast<double>(row.cycles) / 250;
    row.energy_per_prediction_nj = 1500.25 + 10 * i;
    row.power_mw = row.energy_per_prediction_nj / row.time_us;
    row.area_mm2 = 0.75 + 0.1 * i;
    row.weight_memory_mm2 = 0.5 + 0.05 * i;
    row.weight_bank_words = 334336 / row.point.lanes;
    row.over_partitioned = i == 0;
    row.leakage_mw = {row.power_mw / 4, row.power_mw / 8, 0};
    row.dynamic_mw = {row.power_mw / 2, row.power_mw / 8, 0};
    space.sample.push_back(row);
    if (i >= 6) continue;
    row.on_frontier = true;
    row.chosen = row.verified = i == 4;
    space.frontier.push_back(row);
  }
  space.topology = Topology{{784, 256, 256, 256, 10}};
  space.search = "exhaustive";
  space.combinations = space.looked_at = 40;
  space.legal = space.within_constraints = 12;
  space.power_parts = {"weight SRAM", "datapath", "comparators"};
  space.skipped = {{"weight <bandwidth> too large", 28}};
  space.objectives = {"time_us", "power_mw"};
  space.baseline_reason = "invented";
  space.bend = 0;
  space.verification = "2 predictions of each frontier point in SystemC: equal";
  return space;
}

}  // namespace minerva
