#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/circuit/netlist.hpp"
#include "minerva/circuit/unit_measurement.hpp"

// The parts in which gates and model are compared.
namespace minerva::circuit {

enum class CorePart {
  multipliers,
  product_rounding,
  adders,
  /// Both, because the model's row of the multiplexer has the rectifier that follows it.
  accumulator_multiplexers_and_rectifiers,
  registers,
  clock_gates,
  clock_network,  ///< nets to clock pins; its buffers are not in the netlist
  comparators,
  mask_multiplexers,
  operand_buffers,
  write_multiplexer,
  sequencer,  ///< with write control, addresses of the memories and tables of the layers
  selection_and_skipping,  ///< of inputs in F1, enables, products that are not kept
  // Of networks of maps alone; the model has no rows for them.
  lane_words,          ///< of pools and added tensors: each lane's choice of its own
  accumulator_choice,  ///< of several, for the adder and for A
  memory_words,        ///< nets that memories drive: the model has no rows for them, either
};
constexpr std::size_t kCoreParts = 16;
const char* to_string(CorePart part);
/// Whether cores of dense chains have no such part.
bool is_of_maps(CorePart part);
/// The model's components of a part; none for the last one.
std::vector<Component> components_of(CorePart part);

/// The part of each instance of a core (accelsim/rtl, core.v) that was mapped module by module: by
/// its name, which begins with those of the modules.
std::vector<CorePart> parts_of(const Netlist& core);

/// What the sequencer of a core consists of, with all that is outside of the datapath.
enum class ControlPart {
  walk,           ///< through layers, units and chunks: counters and flags
  positions,      ///< steps from a position of the output to the next one; of maps alone
  operations,     ///< what is known of a chunk while it moves along the pipeline; of maps alone
  weight_stream,  ///< weights that come from off chip
  write_control,  ///< who takes, who writes, who waits
  addresses,      ///< of the memories, and the ways from their banks to the words
  layer_tables,   ///< what the layers differ in
};
constexpr std::size_t kControlParts = 7;
const char* to_string(ControlPart part);

/// The part of the control that an instance belongs to, by its name. Its CorePart must be the
/// sequencer.
ControlPart control_part_of(const Instance& instance);

/// The number of the lane that an instance of a core is in, by its name; -1: none.
int lane_of(const Instance& instance);
/// The name of an instance of a lane without the lane: equal in all lanes for what is the same.
std::string name_in_lane(const Instance& instance);

/// By net, its wire in fF besides options.wire_ff: a net to several lanes passes each of them, one
/// from a lane to the write port half of them; a clock has as much wire at each pin as another net.
std::vector<double> core_wires_ff(const Netlist& core, int lanes,
                                  const MeasurementOptions& options);

}  // namespace minerva::circuit
