#include "minerva/circuit/unit.hpp"

#include <algorithm>
#include <cstdlib>

#include "minerva/base/errors.hpp"
#include "sequencer.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

/// The low bits of a two's complement number as a number with a sign.
std::int64_t wrapped(std::int64_t value, int bits) {
  const std::int64_t span = std::int64_t{1} << bits;
  const std::int64_t low = value & (span - 1);
  return low >= span / 2 ? low - span : low;
}

/// Bits that tell so many lanes apart.
int select_bits(int lanes) {
  int bits = 1;
  while ((1 << bits) < lanes) ++bits;
  return bits;
}

}  // namespace

DatapathUnit unit_of(DatapathUnitKind kind, int a_bits, int b_bits) {
  DatapathUnit unit;
  unit.kind = kind;
  unit.a_bits = a_bits;
  unit.b_bits = b_bits;
  return unit;
}

bool DatapathUnit::is_clocked() const {
  switch (kind) {
    case Kind::register_row:
    case Kind::gated_register:
    case Kind::clock_gate:
    case Kind::clock_buffer:
    case Kind::sequencer:
      return true;
    default:
      return false;
  }
}

bool DatapathUnit::has_first() const { return kind != Kind::sequencer; }

int DatapathUnit::first_bits() const {
  return kind == Kind::write_multiplexer ? a_bits * lanes : has_first() ? a_bits : 0;
}

int DatapathUnit::second_bits() const {
  switch (kind) {
    case Kind::multiplier:
      return b_bits;
    case Kind::accumulator_multiplexer:
      return b_bits + 1;
    case Kind::adder:
    case Kind::comparator:
    case Kind::mask_row:
      return a_bits;
    case Kind::write_multiplexer:
      return select_bits(lanes);
    case Kind::gated_register:
    case Kind::clock_gate:
    case Kind::sequencer:
      return 1;
    case Kind::round_saturate:
    case Kind::rectifier:
    case Kind::register_row:
    case Kind::clock_buffer:
    case Kind::operand_buffer:
      return 0;
  }
  return 0;
}

int DatapathUnit::result_bits() const {
  switch (kind) {
    case Kind::multiplier:
      return a_bits + b_bits;
    case Kind::comparator:
      return 1;
    case Kind::round_saturate:
    case Kind::rectifier:
      return out_bits;
    default:
      return a_bits;
  }
}

const char* DatapathUnit::measured_part() const {
  return kind == Kind::clock_gate ? "gate" : kind == Kind::clock_buffer ? "buffer" : "";
}

std::string DatapathUnit::name() const {
  std::string text = std::string(to_string(kind)) + "_" + std::to_string(a_bits);
  switch (kind) {
    case Kind::multiplier:
    case Kind::accumulator_multiplexer:
      return text + "x" + std::to_string(b_bits);
    case Kind::operand_buffer:
    case Kind::write_multiplexer:
      return text + "_lanes_" + std::to_string(lanes);
    case Kind::mask_row:
      return text + "_" + to_string(mitigation.masking) +
             (mitigation.masking == Masking::bit ? std::string("_") + to_string(mitigation.sign)
                                                 : "");
    case Kind::sequencer:
      return text + "_layers_" + std::to_string(sequencer.layers.size());
    case Kind::round_saturate:
    case Kind::rectifier:
      break;
    default:
      return text;
  }
  return text + "_to_" + std::to_string(out_bits) + (drop_bits < 0 ? "_append_" : "_drop_") +
         std::to_string(std::abs(drop_bits)) + "_" + to_string(rounding);
}

void check_unit(const DatapathUnit& unit) {
  const auto fail = [&](const std::string& allowed) {
    throw UserError("unit", unit.name(), allowed);
  };
  if (unit.kind == Kind::sequencer) return check_sequencer(unit.sequencer, unit.name());
  if (unit.a_bits < 2 || unit.a_bits > kMostUnitBits) {
    fail("needs 2 to " + std::to_string(kMostUnitBits) + " bits");
  }
  switch (unit.kind) {
    case Kind::multiplier:
      if (unit.b_bits < 2 || unit.b_bits > kMaxOperandBits || unit.a_bits > kMaxOperandBits) {
        fail("needs operands of 2 to " + std::to_string(kMaxOperandBits) + " bits");
      }
      return;
    case Kind::accumulator_multiplexer:
      if (unit.b_bits < 1 || unit.b_bits > std::min(unit.a_bits, kMaxProductBits)) {
        fail("needs a bias of 1 bit to " + std::to_string(kMaxProductBits) +
             ", and no wider than the sum");
      }
      return;
    case Kind::mask_row:
      if (unit.a_bits > kMaxOperandBits || unit.mitigation.masking == Masking::none) {
        fail("needs word or bit masking of 2 to " + std::to_string(kMaxOperandBits) + " bits");
      }
      return;
    case Kind::operand_buffer:
    case Kind::write_multiplexer:
      if (unit.lanes < 1 || unit.lanes > kMostUnitLanes) {
        fail("needs 1 to " + std::to_string(kMostUnitLanes) + " lanes");
      }
      return;
    case Kind::round_saturate:
    case Kind::rectifier:
      break;
    default:
      return;
  }
  if (unit.out_bits < 1 || unit.out_bits > kMaxProductBits) {
    fail("needs a result of 1 to " + std::to_string(kMaxProductBits) + " bits");
  }
  if (unit.drop_bits < -kMaxProductBits || unit.drop_bits >= unit.a_bits) {
    fail("needs to drop " + std::to_string(-kMaxProductBits) + " to " +
         std::to_string(unit.a_bits - 1) + " bits");
  }
}

std::int64_t unit_result(const DatapathUnit& unit, std::int64_t a, std::int64_t b) {
  const QFormat out{unit.out_bits, 0};
  switch (unit.kind) {
    case Kind::multiplier:
      return a * b;
    case Kind::adder:
      return wrapped(a + b, unit.a_bits);
    case Kind::comparator:
      return (a < 0 ? -a : a) >= b ? 1 : 0;
    case Kind::round_saturate:
      return round_code(out, a, unit.drop_bits, unit.rounding);
    case Kind::rectifier:
      return round_code(out, std::max<std::int64_t>(a, 0), unit.drop_bits, unit.rounding);
    case Kind::mask_row: {
      // Razor sees the word as it is read, with its faulty bits inverted already.
      Mitigation mitigation = unit.mitigation;
      mitigation.detector = Detector::razor;
      const auto flags = static_cast<std::uint32_t>(b);
      const std::int64_t stored =
          wrapped(a ^ effective_faults(flags, unit.a_bits, mitigation), unit.a_bits);
      return word_as_read(static_cast<std::int32_t>(stored), flags, unit.a_bits, mitigation);
    }
    case Kind::accumulator_multiplexer:
      return (b & 1) != 0 ? b >> 1 : a;
    default:
      return a;  // registers and buffers, and the word that a write multiplexer chooses
  }
}

std::int64_t unit_begin(const DatapathUnit& unit) {
  return unit.kind == Kind::sequencer ? sequencer_begin(unit.sequencer) : 0;
}

std::int64_t unit_next(const DatapathUnit& unit, std::int64_t shown, std::int64_t a,
                       std::int64_t b) {
  if (unit.kind == Kind::sequencer) return sequencer_next(unit.sequencer, shown, (b & 1) != 0);
  const bool gated = unit.kind == Kind::gated_register || unit.kind == Kind::clock_gate;
  return gated && b == 0 ? shown : a;
}

bool can_build(const DatapathUnit& unit, const UnitCells& cells) {
  switch (unit.kind) {
    case Kind::gated_register:
    case Kind::clock_gate:
      return !cells.gate.name.empty();
    case Kind::operand_buffer:
    case Kind::clock_buffer:
      return !cells.buffer.name.empty();
    default:
      return true;
  }
}

}  // namespace minerva::circuit
