#include "minerva/circuit/reference_core.hpp"

#include <functional>

#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

using Cores = std::vector<const ReferenceCore*>;
using Count = std::function<double(const ReferenceCore&)>;

double dynamic_fj(const ReferenceCore& core, CorePart part) {
  return core.figures.parts[static_cast<std::size_t>(part)].dynamic_fj();
}

double sum(const Cores& cores, const Count& count) {
  double all = 0;
  for (const ReferenceCore* core : cores) all += count(*core);
  return all;
}

/// Energy of a part over a count, over all cores together.
double per(const Cores& cores, CorePart part, const Count& count) {
  const double uses = sum(cores, count);
  expects(uses > 0, "CoreRowFigures: a part of a reference core is never used");
  return sum(cores, [&](const ReferenceCore& core) { return dynamic_fj(core, part); }) / uses;
}

/// Mean over the cores of what a part has for each of so many bits.
BitOfPart bit_of(const Cores& cores, CorePart part, const Count& bits) {
  BitOfPart bit;
  const auto n = static_cast<double>(cores.size());
  for (const ReferenceCore* core : cores) {
    const CoreFigures& figures = core->figures;
    const double time_ns = figures.cycle_ns * static_cast<double>(figures.cycles);
    const auto p = static_cast<std::size_t>(part);
    bit.leakage_uw += figures.parts[p].leakage_fj / time_ns / bits(*core) / n;
    bit.area_um2 += figures.area_um2[p] / bits(*core) / n;
  }
  return bit;
}

double products(const ReferenceCore& core) { return core.events.macs.all; }
double additions(const ReferenceCore& core) { return core.events.additions.all; }

ByOperands each(const CorePair& cores, CorePart part, const Count& count) {
  return {per({&cores.dense}, part, count), per({&cores.kept}, part, count)};
}
OperandRatios over(const ByOperands& energies, const ByOperands& of) {
  return {energies.dense_fj / of.dense_fj, energies.kept_fj / of.kept_fj};
}
MacRatios by_macs(const CorePair& one, const CorePair& two, const CorePair& four, CorePart part,
                  const Count& count) {
  const ByOperands of_two = each(two, part, count);
  return {over(each(one, part, count), of_two), over(each(four, part, count), of_two)};
}

double lanes(const ReferenceCore& core) { return core.structure.pipeline.lanes; }
double accumulator_bits(const ReferenceCore& core) {
  return core.structure.widths.accumulator_bits;
}
double broadcast_bits(const ReferenceCore& core) {  // of a word with its flag
  return core.structure.widths.activation_bits + 1;
}
double control_bits(const ReferenceCore& core) { return core.structure.control_register_bits(); }
double product_bits(const ReferenceCore& core) {
  const UnitGroup& products = core.structure.of(UnitKind::saturation_multiplexer);
  return static_cast<double>(products.count) * products.bits;
}

}  // namespace

ByOperands CoreRowFigures::multiplication() const {
  return each({cores_.dense, cores_.kept}, CorePart::multipliers, products);
}
ByOperands CoreRowFigures::addition() const {
  return each({cores_.dense, cores_.kept}, CorePart::adders, additions);
}
ByOperands CoreRowFigures::rounding() const {
  return each({cores_.dense, cores_.kept}, CorePart::product_rounding, products);
}
OperandRatios CoreRowFigures::registered_adder() const {
  return over(each({cores_.registered_dense, cores_.registered_kept}, CorePart::adders, additions),
              addition());
}
OperandRatios CoreRowFigures::registered_rounding() const {
  return over(
      each({cores_.registered_dense, cores_.registered_kept}, CorePart::product_rounding, products),
      rounding());
}

MacRatios CoreRowFigures::multiplier_by_macs() const {
  return by_macs(cores_.one, {cores_.dense, cores_.kept}, cores_.four, CorePart::multipliers,
                 products);
}
MacRatios CoreRowFigures::rounding_by_macs() const {
  return by_macs(cores_.one, {cores_.dense, cores_.kept}, cores_.four, CorePart::product_rounding,
                 products);
}
MacRatios CoreRowFigures::adder_by_macs() const {
  return by_macs(cores_.one, {cores_.dense, cores_.kept}, cores_.four, CorePart::adders, additions);
}
MacRatios CoreRowFigures::registered_adder_by_macs() const {
  return by_macs(cores_.registered_one, {cores_.registered_dense, cores_.registered_kept},
                 cores_.registered_four, CorePart::adders, additions);
}

double CoreRowFigures::control_bit_fj() const {
  return per(cores_.all(), CorePart::sequencer,
             [](const ReferenceCore& c) { return c.events.cycles * control_bits(c); });
}
BitOfPart CoreRowFigures::control_bit() const {
  return bit_of(cores_.all(), CorePart::sequencer, control_bits);
}

ByOperands CoreRowFigures::selection_bit_fj() const {
  const Count bits = [](const ReferenceCore& c) {
    return c.events.macs.all * c.structure.widths.product_bits;
  };
  return {per(cores_.of_dense(), CorePart::selection_and_skipping, bits),
          per(cores_.of_kept(), CorePart::selection_and_skipping, bits)};
}
BitOfPart CoreRowFigures::selection_bit() const {
  return bit_of(cores_.all(), CorePart::selection_and_skipping, product_bits);
}

ByOperands CoreRowFigures::register_write(double idle_fj) const {
  const auto written_fj = [&](const ReferenceCore& c) {
    return dynamic_fj(c, CorePart::registers) - c.events.idle_bits * idle_fj;
  };
  ByOperands write;
  write.dense_fj =
      sum(cores_.of_dense(), written_fj) /
      sum(cores_.of_dense(), [](const ReferenceCore& c) { return c.events.written_bits.all; });
  // Words that F1 reads and results come as they are, whatever is skipped.
  write.kept_fj =
      sum(cores_.of_kept(),
          [&](const ReferenceCore& c) {
            return written_fj(c) - c.events.written_bits.dense() * write.dense_fj;
          }) /
      sum(cores_.of_kept(), [](const ReferenceCore& c) { return c.events.written_bits.kept; });
  return write;
}

double CoreRowFigures::gate_enabled_fj(double idle_fj) const {
  return sum(cores_.all(),
             [&](const ReferenceCore& c) {
               return dynamic_fj(c, CorePart::clock_gates) - c.events.gates_idle * idle_fj;
             }) /
         sum(cores_.all(), [](const ReferenceCore& c) { return c.events.gates_enabled; });
}

double CoreRowFigures::clock_pin_fj() const {
  return per(cores_.all(), CorePart::clock_network,
             [](const ReferenceCore& c) { return c.events.clock_pins; });
}

double CoreRowFigures::buffer_bit_fj() const {
  return per(cores_.all(), CorePart::operand_buffers, [](const ReferenceCore& c) {
    return c.events.kept_words.all * lanes(c) * broadcast_bits(c);
  });
}
BitOfPart CoreRowFigures::buffer_bit() const {
  // With one stage, where a flag has one buffer.
  return bit_of({&cores_.dense, &cores_.kept}, CorePart::operand_buffers,
                [](const ReferenceCore& c) {
                  return lanes(c) * c.structure.pipeline.inputs_per_cycle * broadcast_bits(c);
                });
}

ByOperands CoreRowFigures::accumulator_multiplexer_bit_fj(double rectifier_fj) const {
  const auto bit_fj = [&](const Cores& cores) {
    return sum(cores,
               [&](const ReferenceCore& c) {
                 return dynamic_fj(c, CorePart::accumulator_multiplexers_and_rectifiers) -
                        c.events.rectified_words * rectifier_fj;
               }) /
           sum(cores,
               [](const ReferenceCore& c) { return c.events.updates.all * accumulator_bits(c); });
  };
  return {bit_fj(cores_.of_dense()), bit_fj(cores_.of_kept())};
}
BitOfPart CoreRowFigures::accumulator_multiplexer_bit(const BitOfPart& rectifier) const {
  BitOfPart bit = bit_of(cores_.all(), CorePart::accumulator_multiplexers_and_rectifiers,
                         [](const ReferenceCore& c) { return lanes(c) * accumulator_bits(c); });
  const double bits = accumulator_bits(cores_.dense);
  bit.leakage_uw -= rectifier.leakage_uw / bits;
  bit.area_um2 -= rectifier.area_um2 / bits;
  return bit;
}

double CoreRowFigures::write_multiplexer_bit_fj() const {
  return per(cores_.all(), CorePart::write_multiplexer,
             [](const ReferenceCore& c) { return lanes(c) * c.events.result_bits; });
}
BitOfPart CoreRowFigures::write_multiplexer_bit() const {
  return bit_of(cores_.all(), CorePart::write_multiplexer,
                [](const ReferenceCore& c) { return lanes(c) * accumulator_bits(c); });
}

}  // namespace minerva::circuit
