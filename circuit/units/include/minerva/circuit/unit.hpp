#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/enum_names.hpp"

namespace minerva::circuit {

/// The units of a machine (docs/machine.md) that are characterized one by one.
enum class DatapathUnitKind {
  multiplier,               ///< a x b, both signed: the exact product
  adder,                    ///< a + b, both signed, modulo 2^bits
  comparator,               ///< |a| >= b: a signed, b without a sign: whether an input is kept
  round_saturate,           ///< a rounded and saturated to fewer bits: a product into its format
  rectifier,                ///< max(a, 0) rounded and saturated: an accumulator into the next input
  register_row,             ///< flip-flops on the clock itself
  gated_register,           ///< flip-flops behind one clock gate; b is the enable
  mask_row,                 ///< a word as read with a flag b for each faulty bit, masked
  accumulator_multiplexer,  ///< bit 0 of b ? the rest of b, a bias : a, the sum so far
  operand_buffer,           ///< a buffer a bit and lane: a word on its way to all lanes
  write_multiplexer,        ///< the word of lane b among those of all lanes
  clock_gate,               ///< the gate of a gated_register of a bits alone
  clock_buffer,             ///< a buffer before the clock pins of a register of a bits
  sequencer                 ///< the counters of layer, group, chunk and lane; b holds them
};
constexpr EnumNames<DatapathUnitKind, 14> enum_names(DatapathUnitKind) {
  return {{{DatapathUnitKind::multiplier, "multiplier"},
           {DatapathUnitKind::adder, "adder"},
           {DatapathUnitKind::comparator, "comparator"},
           {DatapathUnitKind::round_saturate, "round_saturate"},
           {DatapathUnitKind::rectifier, "rectifier"},
           {DatapathUnitKind::register_row, "register"},
           {DatapathUnitKind::gated_register, "gated_register"},
           {DatapathUnitKind::mask_row, "mask_row"},
           {DatapathUnitKind::accumulator_multiplexer, "accumulator_multiplexer"},
           {DatapathUnitKind::operand_buffer, "operand_buffer"},
           {DatapathUnitKind::write_multiplexer, "write_multiplexer"},
           {DatapathUnitKind::clock_gate, "clock_gate"},
           {DatapathUnitKind::clock_buffer, "clock_buffer"},
           {DatapathUnitKind::sequencer, "sequencer"}}};
}

/// What a sequencer counts, and how wide its counters are.
struct SequencerLayout {
  struct Layer {
    int chunks = 1;  ///< of a neuron
    int groups = 1;
  };
  std::vector<Layer> layers;
  int layer_bits = 1;
  int group_bits = 1;
  int chunk_bits = 1;
  int lane_bits = 1;
  int lanes = 1;
  int write_ports = 1;

  /// Counters, and the four flags first, last, last of its layer, writing.
  int bits() const { return layer_bits + group_bits + chunk_bits + lane_bits + 4; }
};

/// One unit with its widths.
struct DatapathUnit {
  DatapathUnitKind kind = DatapathUnitKind::multiplier;
  int a_bits = 8;
  int b_bits = 0;  ///< of a multiplier; of an accumulator_multiplexer's bias; of others it follows
  int out_bits = 0;   ///< of round_saturate and rectifier
  int drop_bits = 0;  ///< fraction bits that those two round away; below 0: zeros that they append
  Rounding rounding = Rounding::half_up;
  int lanes = 0;              ///< of operand_buffer and write_multiplexer
  Mitigation mitigation;      ///< of a mask_row; its detector is taken as Razor
  SequencerLayout sequencer;  ///< of a sequencer, whose a_bits are those of its result

  bool is_clocked() const;
  /// The unit has a first operand: all but clock gates and sequencers.
  bool has_first() const;
  /// Bits of the port `a`.
  int first_bits() const;
  /// Bits of the second operand; 0 for units with one.
  int second_bits() const;
  int result_bits() const;
  /// What the names of the instances begin with that are the unit; empty: all of the netlist. A
  /// clock gate and a clock buffer are measured with the register that they drive.
  const char* measured_part() const;
  /// A name that tells units apart, such as multiplier_8x6; a Verilog identifier.
  std::string name() const;
};

/// A unit of these widths; what else it needs is set afterwards.
DatapathUnit unit_of(DatapathUnitKind kind, int a_bits, int b_bits = 0);

/// Most bits of an operand.
inline constexpr int kMostUnitBits = 40;
/// Most lanes that a word goes to or comes from.
inline constexpr int kMostUnitLanes = 256;

/// Throws UserError naming the unit for widths that it cannot have.
void check_unit(const DatapathUnit& unit);

/// The pins of the clock gate that a gated register is built with.
struct ClockGateCell {
  std::string name;
  std::string clock;
  std::string enable;
  std::string out;
  std::vector<std::string> tied_low;  ///< test pins
};

/// The pins of the buffer that an operand_buffer and a clock_buffer are built with.
struct BufferCell {
  std::string name;
  std::string in;
  std::string out;
};

/// Cells of a library that synthesis does not choose; a name is empty where it has none.
struct UnitCells {
  ClockGateCell gate;
  BufferCell buffer;
  BufferCell driver;  ///< between a shared register and the buffers of all lanes, sized for them
};

/// Whether a library with these cells can build the unit.
bool can_build(const DatapathUnit& unit, const UnitCells& cells);

/// The unit as a Verilog module with ports a, b, out and clk as far as it has them. Where there is
/// no clock gate, a gated_register has a multiplexer before each flip-flop.
std::string unit_verilog(const DatapathUnit& unit, const UnitCells& cells);

/// What a unit without a clock computes, as the low bits of its result. Operands are integers of
/// a_bits and second_bits. It calls the arithmetic of all other models.
std::int64_t unit_result(const DatapathUnit& unit, std::int64_t a, std::int64_t b);
/// What a unit with a clock shows after an edge that took these operands, from what it showed
/// before; at first every flip-flop is 0.
std::int64_t unit_next(const DatapathUnit& unit, std::int64_t shown, std::int64_t a,
                       std::int64_t b);
/// What it shows at first.
std::int64_t unit_begin(const DatapathUnit& unit);

}  // namespace minerva::circuit
