#pragma once
#include <vector>

#include "chip_in_machine.hpp"
#include "fault_section.hpp"
#include "faultsim_stage.hpp"
#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/design/design.hpp"

// Stage 5 for one chip, whose fault map was measured: nothing is drawn, and each voltage is
// evaluated as it is.
namespace minerva::faultsim {

/// The finished design on the chip, and what was found on the way.
struct StudiedChip {
  ChipStudy study;
  ChipFaults faults;
  MachineConfiguration machine;      ///< with the chosen mitigation
  ActivityProfile activity;          ///< on the test set, with the faults of `supply`
  SramPoint supply;                  ///< of the chosen mitigation
  std::vector<VoltageRow> voltages;  ///< power of the finished design at every voltage
};

/// Throws UserError naming `file` for a voltage of the map that the power laws do not answer for.
void check_voltages(const ChipMap& map, const std::string& file, const Technology& technology);

/// Evaluates every mitigation at every voltage of the chip, on validation and test.
/// @param pruned the design's network with formats and thresholds
/// Throws UserError as place_chip does, and for voltages that the technology does not answer for.
StudiedChip study_chip(const FaultStage& stage, flow::RunContext& run, const Design& design,
                       const QuantizedGraph& pruned, const DesignPoint& point);

/// The rows of chip.csv: a mitigation at a voltage.
std::string chip_csv(const ChipStudy& study);

}  // namespace minerva::faultsim
