#include "minerva/circuit/unit.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

bool rounds(Kind kind) { return kind == Kind::round_saturate || kind == Kind::rectifier; }

/// The low bits of a two's complement number as a number with a sign.
std::int64_t wrapped(std::int64_t value, int bits) {
  const std::int64_t span = std::int64_t{1} << bits;
  const std::int64_t low = value & (span - 1);
  return low >= span / 2 ? low - span : low;
}

}  // namespace

bool DatapathUnit::is_clocked() const {
  return kind == Kind::register_row || kind == Kind::gated_register;
}

int DatapathUnit::second_bits() const {
  switch (kind) {
    case Kind::multiplier:
      return b_bits;
    case Kind::adder:
    case Kind::comparator:
      return a_bits;
    case Kind::gated_register:
      return 1;
    case Kind::round_saturate:
    case Kind::rectifier:
    case Kind::register_row:
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
    case Kind::adder:
    case Kind::register_row:
    case Kind::gated_register:
      return a_bits;
  }
  return 0;
}

std::string DatapathUnit::name() const {
  std::string text = std::string(to_string(kind)) + "_" + std::to_string(a_bits);
  if (kind == Kind::multiplier) text += "x" + std::to_string(b_bits);
  if (rounds(kind)) {
    text += "_to_" + std::to_string(out_bits) + "_drop_" + std::to_string(drop_bits) + "_" +
            to_string(rounding);
  }
  return text;
}

void check_unit(const DatapathUnit& unit) {
  const auto fail = [&](const std::string& allowed) {
    throw UserError("unit", unit.name(), allowed);
  };
  if (unit.a_bits < 2 || unit.a_bits > kMostUnitBits) {
    fail("needs 2 to " + std::to_string(kMostUnitBits) + " bits");
  }
  if (unit.kind == Kind::multiplier) {
    if (unit.b_bits < 2 || unit.b_bits > kMaxOperandBits || unit.a_bits > kMaxOperandBits) {
      fail("needs operands of 2 to " + std::to_string(kMaxOperandBits) + " bits");
    }
  }
  if (!rounds(unit.kind)) return;
  if (unit.out_bits < 1 || unit.out_bits > kMaxProductBits) {
    fail("needs a result of 1 to " + std::to_string(kMaxProductBits) + " bits");
  }
  if (unit.drop_bits < 0 || unit.drop_bits >= unit.a_bits) {
    fail("needs to drop 0 to " + std::to_string(unit.a_bits - 1) + " bits");
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
    case Kind::register_row:
    case Kind::gated_register:
      return a;
  }
  return 0;
}

}  // namespace minerva::circuit
