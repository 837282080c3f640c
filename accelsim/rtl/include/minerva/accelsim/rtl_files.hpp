#pragma once
#include <cstdint>
#include <vector>

#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/network_codes.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

struct RtlOptions {
  /// Registers are behind clock gates; else a multiplexer before each bit keeps what they hold.
  bool clock_gates = true;
};

/// The machine in Verilog-2001 with what runs and synthesises it (docs/rtl.md): modules, memory
/// files, a bench that compares predictions of `inputs` (codes of the first layer's X) with
/// inference, a Makefile, a README. The machine's sequencer knows `network` alone, whose machine
/// `machine` must be. Throws UserError for an illegal point, for a network that does not fit into
/// the machine's banks and for a machine that is built for further networks; ContractViolation for
/// no inputs, for inputs of another size than the network's, and for faults of weights that come
/// from off chip.
std::vector<ExportedFile> rtl_files(const QuantizedGraph& network,
                                    const MachineConfiguration& machine,
                                    const std::vector<std::vector<std::int16_t>>& inputs,
                                    const RtlOptions& options = {});
std::vector<ExportedFile> rtl_files(const QuantizedNetwork& network,
                                    const MachineConfiguration& machine,
                                    const std::vector<std::vector<std::int16_t>>& inputs,
                                    const RtlOptions& options = {});

}  // namespace minerva
