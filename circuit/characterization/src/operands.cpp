#include "minerva/arithmetic/random.hpp"
#include "minerva/circuit/unit_measurement.hpp"

// Operands that belong to no network.
namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

constexpr int kNeuronInputs = 256;        // assumption: of a hidden layer of the book's networks
constexpr std::uint64_t kSoundBits = 32;  // one of so many is faulty

std::int64_t signed_random(KeyedRandom& random, int bits) {
  const std::uint64_t span = std::uint64_t{1} << bits;
  return static_cast<std::int64_t>(random.below(span)) - static_cast<std::int64_t>(span / 2);
}

std::int64_t faulty_bits(KeyedRandom& random, int bits) {
  std::int64_t flags = 0;
  for (int bit = 0; bit < bits; ++bit) {
    if (random.below(kSoundBits) == 0) flags |= std::int64_t{1} << bit;
  }
  return flags;
}

std::int64_t second_operand(const DatapathUnit& unit, KeyedRandom& random, int number) {
  switch (unit.kind) {
    case Kind::gated_register:
    case Kind::clock_gate:
      return 1;
    case Kind::comparator:
      return static_cast<std::int64_t>(random.below((std::uint64_t{1} << (unit.a_bits - 1)) + 1));
    case Kind::mask_row:
      return faulty_bits(random, unit.a_bits);
    case Kind::write_multiplexer:
      return number % unit.lanes;
    case Kind::accumulator_multiplexer:
      return signed_random(random, unit.b_bits) * 2 + (number % kNeuronInputs == 0 ? 1 : 0);
    case Kind::multiplier:
    case Kind::adder:
      return signed_random(random, unit.second_bits());
    default:
      return 0;
  }
}

}  // namespace

OperandStream uniform_operands(const DatapathUnit& unit, std::uint64_t seed, int count) {
  OperandStream stream{"uniform", {}};
  KeyedRandom random(seed, Stream::characterization,
                     mix_keys(static_cast<std::uint64_t>(unit.kind),
                              mix_keys(static_cast<std::uint64_t>(unit.a_bits),
                                       static_cast<std::uint64_t>(unit.second_bits()))));
  for (int k = 0; k < count; ++k) {
    const std::int64_t a = unit.has_first() ? signed_random(random, unit.a_bits) : 0;
    stream.values.emplace_back(a, second_operand(unit, random, k));
  }
  return stream;
}

OperandStream timing_operands() { return {"timing", {{0, 0}, {0, 0}}}; }

OperandStream idle_operands(const DatapathUnit& unit, std::uint64_t seed, int count) {
  OperandStream stream = uniform_operands(unit, seed, count);
  stream.name = "idle";
  const std::int64_t held = unit.kind == Kind::sequencer ? 1 : 0;
  for (auto& operands : stream.values) operands = {stream.values.front().first, held};
  return stream;
}

LaneStream uniform_lane_operands(const LaneUnit& lane, std::uint64_t seed, int count) {
  LaneStream stream{"uniform", {}};
  KeyedRandom random(seed, Stream::characterization,
                     mix_keys(static_cast<std::uint64_t>(lane.weight_bits),
                              static_cast<std::uint64_t>(lane.activation_bits)));
  for (int k = 0; k < count; ++k) {
    LaneOperation operation;
    operation.weight = static_cast<std::int32_t>(signed_random(random, lane.weight_bits));
    operation.activation = static_cast<std::int32_t>(signed_random(random, lane.activation_bits));
    operation.bias = signed_random(random, lane.product_bits);
    operation.first = k % kNeuronInputs == 0;
    operation.last = (k + 1) % kNeuronInputs == 0;
    stream.operations.push_back(operation);
  }
  return stream;
}

LaneStream idle_lane_operands(const LaneUnit& lane, std::uint64_t seed, int count) {
  LaneStream stream = uniform_lane_operands(lane, seed, count);
  stream.name = "idle";
  // The inputs stay as they are, too: what remains is the clock.
  const LaneOperation first = stream.operations.front();
  for (LaneOperation& each : stream.operations) {
    each = first;
    each.keep = each.first = each.last = false;
  }
  return stream;
}

}  // namespace minerva::circuit
