#include "row_plan.hpp"

#include <algorithm>

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

}  // namespace

LaneUnit lane_for(int weight_bits, int activation_bits, int lanes) {
  LaneUnit lane;
  lane.weight_bits = weight_bits;
  lane.activation_bits = activation_bits;
  lane.product_bits = std::min(16, (weight_bits + activation_bits) / 2 + 2);
  lane.accumulator_bits = lane.product_bits + 10;
  // A product has two bits above the point that P does not need.
  lane.drop_bits = weight_bits + activation_bits - lane.product_bits - 2;
  lane.result_drop_bits = std::max(0, lane.product_bits - activation_bits);
  lane.lanes = lanes;
  return lane;
}

int product_bits_of_sum(const LaneUnit& machine, int accumulator_bits) {
  const int growth = machine.accumulator_bits - machine.product_bits;
  return std::min(std::clamp(accumulator_bits - growth, 2, 30), accumulator_bits);
}

DatapathUnit multiplier_of(const LaneUnit& lane) {
  return unit_of(Kind::multiplier, lane.weight_bits, lane.activation_bits);
}
DatapathUnit adder_of(const LaneUnit& lane) { return unit_of(Kind::adder, lane.accumulator_bits); }
DatapathUnit comparator_of(int bits) { return unit_of(Kind::comparator, bits); }

DatapathUnit rectifier_of(const RowPlan& plan, const LaneUnit& sum) {
  DatapathUnit unit = unit_of(Kind::rectifier, sum.accumulator_bits);
  unit.out_bits = plan.machine.activation_bits;
  // Sums of other widths differ in their fraction.
  unit.drop_bits = std::clamp(
      plan.machine.result_drop_bits + sum.accumulator_bits - plan.machine.accumulator_bits, 0,
      sum.accumulator_bits - 1);
  unit.rounding = plan.machine.rounding;
  return unit;
}

DatapathUnit write_multiplexer_of(const RowPlan& plan) {
  DatapathUnit unit = unit_of(Kind::write_multiplexer, plan.machine.accumulator_bits);
  unit.lanes = plan.machine.lanes;
  return unit;
}

DatapathUnit clocked(Kind kind) { return unit_of(kind, kClockedBits); }

std::vector<DatapathUnit> units_of_rows(const RowPlan& plan) {
  std::vector<DatapathUnit> units;
  for (const LaneUnit& lane : plan.sums) units.push_back(rectifier_of(plan, lane));
  for (const int bits : plan.comparators) units.push_back(comparator_of(bits));
  for (const Kind kind : {Kind::register_row, Kind::clock_gate, Kind::clock_buffer}) {
    units.push_back(clocked(kind));
  }
  units.push_back(write_multiplexer_of(plan));
  units.push_back(plan.sequencer);
  return units;
}

std::vector<DatapathUnit> timed_units_of_rows(const RowPlan& plan) {
  std::vector<DatapathUnit> units;
  for (const LaneUnit& lane : plan.grid) units.push_back(multiplier_of(lane));
  for (const LaneUnit& lane : plan.sums) units.push_back(adder_of(lane));
  return units;
}

}  // namespace minerva::circuit
