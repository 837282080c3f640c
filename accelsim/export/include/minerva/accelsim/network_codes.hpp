#pragma once
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/weight_memory.hpp"
#include "minerva/network/quantized_graph.hpp"

namespace minerva {

/// A file of an export: its name within the folder, and its bytes.
struct ExportedFile {
  std::string name;
  std::string bytes;
};

/// What an export of integers describes besides the network.
struct CodesContext {
  DesignPoint point;       ///< the machine whose memories are written
  Mitigation mitigation;   ///< of the weight SRAMs
  SramPoint weight_sram;   ///< their voltage and fault rate; the codes are those stored, unfaulted
  std::string trained_by;  ///< of the float network
};

/// Writes the network in integers, for RTL benches and Python:
/// - network_codes.npz: w0 (n_in, n_out) int16 and b0 (n_out) int32, w1, ..: codes of W and P; of a
///   convolution a row for each word of a window, of a pool nothing;
/// - formats.json: topology, or what each layer of a network of maps is and reads, formats,
///   rounding, thresholds, accumulator widths, mitigation, machine, and the layout of the memory
///   files;
/// - weights_laneL_bankB.hex, biases_laneL.hex: the words of each memory in the order of its rows
///   (docs/machine.md), in two's complement, for $readmemh.
/// Throws UserError when the network does not fit into the banks of the machine.
std::vector<ExportedFile> network_codes(const QuantizedGraph& network, const CodesContext& context);

}  // namespace minerva
