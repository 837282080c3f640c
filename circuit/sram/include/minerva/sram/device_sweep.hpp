#pragma once
#include <string>
#include <vector>

#include "minerva/sram/current_table.hpp"
#include "minerva/sram/device_cards.hpp"

namespace minerva::sram {

/// The tables of a cell's devices and whether they had to be measured.
struct MeasuredTables {
  CellTables tables;
  bool simulated = false;          ///< false: read from the cache
  std::vector<std::string> notes;  ///< what ngspice warned of
};

/// The tables at one supply voltage: from the file of `cache_dir` whose name is the checksum of all
/// that they depend on (cards, models, sizes, temperature, voltage, grid), or from one run of
/// ngspice, which then writes that file. A file that is damaged is measured again. Throws UserError
/// as run_ngspice does.
MeasuredTables measure_cell(const CellDevices& cell, double supply_v, const std::string& cache_dir);

/// A line of a netlist for one transistor of a cell.
std::string transistor_line(const std::string& name, const std::string& nodes,
                            const std::string& model, const DeviceSize& size,
                            const std::string& more = "");
/// The cards and the temperature of a netlist.
std::string netlist_head(const CellDevices& cell);

}  // namespace minerva::sram
