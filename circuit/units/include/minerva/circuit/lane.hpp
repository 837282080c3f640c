#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/circuit/unit.hpp"

namespace minerva::circuit {

/// One lane with one multiplier and one multiplier stage (docs/machine.md), from the word of the
/// weight memory to the result register, with the shared register that its input comes from: the
/// place in which units see the arrival times, loads and glitches of a machine.
struct LaneUnit {
  int weight_bits = 8;
  int activation_bits = 6;
  int product_bits = 9;
  int accumulator_bits = 19;
  int drop_bits = 0;         ///< fraction bits of a product that are rounded away
  int result_drop_bits = 0;  ///< of an accumulator on its way to the next layer
  Rounding rounding = Rounding::half_up;
  int lanes = 16;  ///< of the machine: a buffer for each hangs at a bit of the shared register
  Mitigation mitigation{Masking::bit, SignPolicy::zero, Detector::razor};  ///< of the mask row

  /// A name that tells lanes apart, such as lane_8x6_to_9_drop_3_sum_19; a Verilog identifier.
  std::string name() const;
};

/// One unit in a lane.
struct LanePart {
  const char* role;       ///< "multiplier", "accumulator", ..
  std::string instances;  ///< what the names of its instances begin with
  std::string without;    ///< those of them that are another part; empty: none
  DatapathUnit unit;      ///< what it is, when it is measured alone
};

/// The parts in the order of the data. Registers stand without their gates, which are parts.
std::vector<LanePart> lane_parts(const LaneUnit& lane);

/// Throws UserError naming the lane for widths that one of its parts cannot have.
void check_lane(const LaneUnit& lane);

/// The module of the lane and those of its parts. A part without its cell in the library is built
/// without it: registers without a gate have multiplexers, a buffer that is missing is a wire.
std::string lane_verilog(const LaneUnit& lane, const UnitCells& cells);

/// What stands at the ports of a lane before an edge of the clock.
struct LanePorts {
  std::int64_t word = 0;        ///< of the weight memory
  std::int64_t flags = 0;       ///< its faulty bits
  std::int64_t activation = 0;  ///< of F1, on its way to the shared register
  bool keep = false;            ///< the input is kept: weight and activation are clocked
  bool first = false;           ///< of a neuron
  std::int64_t bias = 0;        ///< for the input in the multiplier
  bool take = false;            ///< the accumulator is full: the result register takes it
};

/// What the flip-flops of a lane hold.
struct LaneState {
  std::int64_t weight = 0;
  std::int64_t activation = 0;
  bool keep = false;
  bool first = false;
  std::int64_t total = 0;
  std::int64_t result = 0;
};

/// After an edge, computed by unit_result of the parts.
LaneState lane_next(const LaneUnit& lane, const LaneState& now, const LanePorts& ports);

}  // namespace minerva::circuit
