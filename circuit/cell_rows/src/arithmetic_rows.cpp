#include <algorithm>
#include <cmath>

#include "row_builder.hpp"

// Rows of what computes: tables by width, from lanes.

namespace minerva::circuit {

void RowBuilder::laws() {
  const std::string at = "netlists for " + place_;
  rows_.law("datapath_law", "by_width", at);
  rows_.law("multiplier_law", "piecewise_bilinear", "a full grid of W x X, " + at);
  rows_.law("multiplier_delay_law", "piecewise_bilinear", "a full grid of W x X, " + at);
  for (const char* name : {"adder_law", "comparator_law", "rounding_law", "rectifier_law"}) {
    rows_.law(name, "piecewise_linear", "in bits, " + at);
  }
  double slowest_adder_ns = 0;
  for (const LaneUnit& lane : plan_.sums) {
    slowest_adder_ns = std::max(slowest_adder_ns, delay_ns(adder_of(lane)));
  }
  const double shortest_ns =
      std::min(options_.conditions.clock_ns, std::ceil(slowest_adder_ns * 10) / 10);
  rows_.figure(
      "clock_period_min", {}, shortest_ns, "ns",
      "the accumulation of the widest adder fits; netlists for " + place_ + " with more stages");
  rows_.figure("clock_period_max", {}, kLongestPeriods * options_.conditions.clock_ns, "ns",
               "the same netlists at a slower clock; they were made for " + place_);
}

void RowBuilder::multipliers() {
  for (const LaneUnit& lane : plan_.grid) {
    const std::vector<double> index = {static_cast<double>(lane.weight_bits),
                                       static_cast<double>(lane.activation_bits)};
    const std::string what =
        std::to_string(lane.weight_bits) + " x " + std::to_string(lane.activation_bits) + " bits";
    const UnitMeasurement& f = part(lane, "multiplier", kUniform);
    energy("multiplier_energy", index, f.energy_fj(), uniform(what, true));
    size("multiplier", index, f, 1, uniform(what, true));
    rows_.figure("multiplier_delay", index, delay_ns(multiplier_of(lane)), "ns",
                 what + " alone, " + place_);
    const bool wide = core_ && lane.weight_bits == core_->wide_widths().weight_bits &&
                      lane.activation_bits == core_->wide_widths().activation_bits &&
                      lane.name() != plan_.machine.name();
    rows_of_core("multiplier_energy", index, what, kMultiplier, wide,
                 wide ? core_->wide_multiplication_fj() : 0, [&](const char* stream) {
                   return energy_in_lane_fj(lane, kMultiplier, stream) *
                          factor_in_core(kMultiplier, stream);
                 });
  }
}

void RowBuilder::adders() {
  for (const LaneUnit& lane : plan_.sums) {
    const std::vector<double> index = {static_cast<double>(lane.accumulator_bits)};
    const std::string what = std::to_string(lane.accumulator_bits) + " bits, products of " +
                             std::to_string(lane.product_bits);
    const UnitMeasurement& f = part(lane, "adder", kUniform);
    energy("adder_energy", index, f.energy_fj(), uniform(what, true));
    size("adder", index, f, 1, uniform(what, true));
    rows_.figure("adder_delay", index, delay_ns(adder_of(lane)), "ns",
                 std::to_string(lane.accumulator_bits) + " bits alone, " + place_);
    const bool wide = core_ && lane.accumulator_bits == core_->wide_widths().accumulator_bits &&
                      lane.name() != plan_.machine.name();
    rows_of_core("adder_energy", index, what, kAdder, wide, wide ? core_->wide_addition_fj() : 0,
                 [&](const char* stream) {
                   return energy_in_lane_fj(lane, kAdder, stream) * factor_in_core(kAdder, stream);
                 });
  }
}

void RowBuilder::comparators() {
  for (const int bits : plan_.comparators) {
    const std::vector<double> index = {static_cast<double>(bits)};
    const std::string what = std::to_string(bits) + " bits";
    const UnitMeasurement& f =
        needed(figures_.alone(comparator_of(bits), kUniform), "a comparator");
    energy("comparator_energy", index, f.energy_fj(), uniform(what, false));
    size("comparator", index, f, 1, uniform(what, false));
  }
  // A table of its own, with a row for each width or none.
  const bool all = std::all_of(plan_.comparators.begin(), plan_.comparators.end(), [&](int bits) {
    return figures_.alone(comparator_of(bits), kAsTheyCome.stream) != nullptr;
  });
  if (!all || !has_network()) return;
  for (const int bits : plan_.comparators) {
    energy("comparator_energy_dense", {static_cast<double>(bits)},
           figures_.alone(comparator_of(bits), kAsTheyCome.stream)->energy_fj(),
           std::to_string(bits) + " bits, " + place_ + ", operands of " + plan_.network +
               ": zeros compared");
  }
}

void RowBuilder::roundings() {
  int last = 0;
  for (const LaneUnit& lane : plan_.sums) {
    if (lane.product_bits == last) continue;  // several sums of one product
    last = lane.product_bits;
    const std::vector<double> index = {static_cast<double>(last)};
    const std::string what = std::to_string(lane.weight_bits + lane.activation_bits) + " to " +
                             std::to_string(last) + " bits";
    const UnitMeasurement& f = part(lane, "rounding", kUniform);
    energy("rounding_energy", index, f.energy_fj(), uniform(what, true));
    size("rounding", index, f, 1, uniform(what, true));
    const bool wide =
        core_ && last == core_->wide_widths().product_bits && last != plan_.machine.product_bits;
    rows_of_core("rounding_energy", index, what, kRounding, wide,
                 wide ? core_->wide_rounding_fj() : 0, [&](const char* stream) {
                   return energy_in_lane_fj(lane, kRounding, stream) *
                          factor_in_core(kRounding, stream);
                 });
  }
}

void RowBuilder::rectifiers() {
  for (const LaneUnit& lane : plan_.sums) {
    const DatapathUnit unit = rectifier_of(plan_, lane);
    const std::vector<double> index = {static_cast<double>(lane.accumulator_bits)};
    const std::string what = uniform(
        std::to_string(lane.accumulator_bits) + " to " + std::to_string(unit.out_bits) + " bits",
        false);
    const UnitMeasurement& f = needed(figures_.alone(unit, kUniform), "a rectifier");
    energy("rectifier_energy", index, f.energy_fj(), what);
    size("rectifier", index, f, 1, what);
  }
}

}  // namespace minerva::circuit
