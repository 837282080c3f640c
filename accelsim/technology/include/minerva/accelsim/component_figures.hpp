#pragma once
#include <array>
#include <bitset>
#include <cstddef>
#include <initializer_list>

namespace minerva {

/// Energy of one operation, leakage and area of one unit.
struct UnitFigures {
  double energy_pj = 0;
  double leakage_uw = 0;
  double area_um2 = 0;
};

/// Energy of one operation by what feeds the unit: uniform random operands, those of a network
/// whose zeros are operands like any other, and those of a network of which only kept inputs reach
/// the unit. Where a technology has no rows of a network, all three are the uniform one.
struct OperandEnergies {
  double uniform_pj = 0;
  double dense_pj = 0;
  double kept_pj = 0;

  static OperandEnergies same(double energy_pj) { return {energy_pj, energy_pj, energy_pj}; }
};

/// What energies are multiplied by, by operands.
struct OperandRatios {
  double dense = 1;
  double kept = 1;
};

/// What a dense energy is multiplied by where its operands are 0: of an operation whose inputs are
/// all 0, as those before them were, and of one with an input that is not 0, or that follows one.
struct ZeroRatios {
  double zero = 1;
  double nonzero = 1;
  bool equal_dense() const { return zero == 1 && nonzero == 1; }
};

/// What an energy is multiplied by in a lane of another number of MACs than two: with more of them,
/// inputs that follow each other in a multiplier are farther apart in the layer, and sums have more
/// glitches and fewer zeros.
struct MacRatios {
  OperandRatios one;      ///< a lane of one MAC over one of two
  OperandRatios doubled;  ///< each doubling of the MACs beyond two

  OperandRatios at(int macs) const;
};

/// What a dense energy of one bit is multiplied by in wide formats, whose upper bits all follow the
/// sign, and of whose bits more belong to weights and products and fewer to sums.
struct WideRatios {
  double narrow_bits = 0;  ///< W + X + P of the formats that the energies are of
  double wide_bits = 0;    ///< of the formats that these ratios are of
  double of_register = 1;
  double of_accumulator_multiplexer = 1;
  double of_selection = 1;
  double of_operand_buffer = 1;

  /// Where formats of so many bits stand between both: 0 to 1 (assumption: beyond them, energies
  /// are those of the nearer one).
  double share(double bits) const {
    if (wide_bits <= narrow_bits || bits <= narrow_bits) return 0;
    return bits >= wide_bits ? 1 : (bits - narrow_bits) / (wide_bits - narrow_bits);
  }
  /// Straight between 1 and `ratio`.
  double at(double ratio, double bits) const { return 1 + share(bits) * (ratio - 1); }
  ZeroRatios at(const ZeroRatios& narrow, const ZeroRatios& wide, double bits) const {
    const double of_wide = share(bits);
    return {narrow.zero + of_wide * (wide.zero - narrow.zero),
            narrow.nonzero + of_wide * (wide.nonzero - narrow.nonzero)};
  }
};

/// Rows of a technology file that stand together or not at all. A file without the group leaves the
/// component out or pays for it by other rows, as docs/technology.md says for each.
enum class FigureGroup {
  required,                 ///< in every file of the form
  sram_root,                ///< SRAM by the root of its bits
  sram_linear,              ///< SRAM by words and bits
  clock_area,               ///< clock network by the area of the accelerator
  clock_pins,               ///< clock network by its pins
  operands,                 ///< multipliers and adders with the operands of a network
  comparator_operands,      ///< comparators with them
  rounding,                 ///< rounding and saturation of a product
  rounding_operands,        ///< the same with the operands of a network
  rectifier,                ///< ReLU and rounding of an accumulator
  registers,                ///< words written and kept, clock gates
  register_operands,        ///< words of a network
  operand_buffer,           ///< broadcast words to the lanes
  mask_row,                 ///< masking of a weight
  accumulator_multiplexer,  ///< bias or accumulator
  accumulator_operands,     ///< the same with the operands of a network
  write_multiplexer,        ///< lanes to a write port
  sequencer,                ///< counters of the control
  core,                     ///< what is measured in a whole core: control, selection, trees
  macs,                     ///< energies by the MACs of a lane
  macs_around,              ///< selection and the multiplexer before the accumulator by them
  buffer_operands,          ///< broadcast words of a network
  zeros,                    ///< dense energies by the zeros among the operands
  wide,                     ///< dense energies of a bit in wide formats
  wide_zeros,               ///< dense energies by the zeros among the operands in wide formats
  wires,                    ///< of broadcast words and between banks
  level_shifter,            ///< from the supply of the weight SRAM to that of the lanes
  regulator,                ///< converter of the weight SRAM's supply
  access,                   ///< access time of a memory macro
  off_chip,                 ///< memory that weights may come from
};
constexpr std::size_t kFigureGroups = 30;

/// As bits of a set of groups.
constexpr unsigned long long bits_of(std::initializer_list<FigureGroup> groups) {
  unsigned long long all = 0;
  for (const FigureGroup group : groups) all |= 1ULL << static_cast<unsigned>(group);
  return all;
}

/// What a machine has beside memories and arithmetic. Figures of a group that the file does not
/// have are 0.
struct ComponentFigures {
  std::bitset<kFigureGroups> groups;  ///< that the file has
  bool has(FigureGroup group) const { return groups[static_cast<std::size_t>(group)]; }
  /// Whether gates, clock pins, buffers, multiplexers, wires, sequencer or what a lowered supply
  /// needs cost anything: exploring millions of machines, most technologies say no.
  bool any() const {
    constexpr std::bitset<kFigureGroups> around =
        bits_of({FigureGroup::clock_pins, FigureGroup::registers, FigureGroup::operand_buffer,
                 FigureGroup::accumulator_multiplexer, FigureGroup::write_multiplexer,
                 FigureGroup::sequencer, FigureGroup::core, FigureGroup::wires,
                 FigureGroup::level_shifter, FigureGroup::regulator});
    return (groups & around).any() || regulator_efficiency_percent != 100;
  }

  OperandEnergies register_write;  ///< one bit that takes a new word
  double register_idle_pj = 0;     ///< one bit, a cycle in which it keeps its word, ungated
  UnitFigures clock_gate;          ///< energy of a cycle in which it is enabled
  double clock_gate_idle_pj = 0;   ///< of a cycle in which it is not

  double clock_pin_pj = 0;          ///< net of the clock at one pin, a cycle in which it toggles
  double clock_buffer_percent = 0;  ///< of that, for the buffers

  UnitFigures operand_buffer_bit;     ///< one bit of a broadcast word to one lane
  OperandEnergies operand_buffering;  ///< the same by operands
  UnitFigures mask_row_bit;           ///< one bit of a weight
  UnitFigures accumulator_multiplexer_bit;
  OperandEnergies accumulator_multiplexing;  ///< one bit, an update
  UnitFigures write_multiplexer_bit;         ///< one bit of one lane at one port, a word
  UnitFigures sequencer_bit;                 ///< one bit of the counters, a cycle
  UnitFigures control_bit;                   ///< one flip-flop of the control, a cycle
  UnitFigures selection_bit;                 ///< one bit of a product; its energy is `selection`
  OperandEnergies selection;                 ///< one bit of a kept product
  OperandRatios registered_adder;            ///< an addition behind registers of products
  OperandRatios registered_rounding;         ///< a rounding before them
  MacRatios multiplier_by_macs, rounding_by_macs, adder_by_macs;
  MacRatios registered_adder_by_macs;  ///< of an addition behind registers of products
  MacRatios selection_by_macs, accumulator_multiplexer_by_macs;
  ZeroRatios zeros_of_multiplier, zeros_of_rounding, zeros_of_adder, zeros_of_register,
      zeros_of_accumulator_multiplexer, zeros_of_selection, zeros_of_operand_buffer;
  WideRatios wide;
  ZeroRatios wide_zeros_of_multiplier, wide_zeros_of_rounding, wide_zeros_of_adder,
      wide_zeros_of_register, wide_zeros_of_accumulator_multiplexer, wide_zeros_of_selection,
      wide_zeros_of_operand_buffer;
  double wire_pj_per_mm = 0;      ///< one bit of a word
  UnitFigures level_shifter_bit;  ///< one bit of a weight
  double regulator_efficiency_percent = 100;
  bool double_input_buffer = false;  ///< a second input memory, and its writes count
  double access_fixed_ns = 0;        ///< access = fixed + doubling log2(words)
  double access_doubling_ns = 0;
  double off_chip_bit_pj = 0;      ///< one bit from the off-chip memory to the chip
  double off_chip_gbit_per_s = 0;  ///< that it delivers at most
};

/// SRAM macros by the law that fits a foundry's: a + b bits + c words + d words x bits.
struct WordsAndBitsLaw {
  double fixed = 0;
  double bit = 0;
  double word = 0;
  double word_bit = 0;

  double at(double words, double bits) const {
    return fixed + bit * bits + word * words + word_bit * words * bits;
  }
};

}  // namespace minerva
