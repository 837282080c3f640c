#include "minerva/circuit/reference_core.hpp"

#include <algorithm>
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

/// Energies of a part over a dense energy, by the zeros among the operands. What the dense cores
/// took is what their operations on zeros take, and the rest.
/// @param part_fj what the part took in a core
/// @param counts how often it was used, of which the zeros were counted
ZeroRatios by_zeros(const ReferenceCores& cores, Formats formats, const Count& part_fj,
                    const std::function<MeanCount(const ReferenceCore&)>& counts) {
  const bool narrow = formats == Formats::narrow;
  const Cores dense_cores = narrow ? cores.of_dense() : cores.of_wide();
  const Cores zero_cores = narrow ? cores.of_zero() : cores.of_wide_zero();
  MeanCount dense;
  for (const ReferenceCore* core : dense_cores) dense += counts(*core);
  MeanCount zero;
  for (const ReferenceCore* core : zero_cores) zero += counts(*core);
  expects(dense.all > 0 && zero.all > 0,
          "CoreRowFigures: a part of a reference core is never used");
  const double dense_fj = sum(dense_cores, part_fj) / dense.all;
  ZeroRatios ratios;
  if (dense_fj <= 0) return ratios;  // a library without cells of this part
  // What is left of the multiplexer may be below 0: words of zeros take less than the rectifier's
  // row.
  ratios.zero = std::max(0.0, sum(zero_cores, part_fj) / zero.all / dense_fj);
  if (dense.nonzero > 0) ratios.nonzero = 1 + dense.zero * (1 - ratios.zero) / dense.nonzero;
  return ratios;
}
/// How often a part was used, each use weighed by what zeros make of its energy: a core whose sums
/// are rarely of zeros alone is not called dearer for that, since the model counts zeros itself.
Count weighed(const std::function<MeanCount(const ReferenceCore&)>& counts,
              const ZeroRatios& zeros) {
  return [counts, zeros](const ReferenceCore& core) {
    const MeanCount count = counts(core);
    return count.all - count.zero - count.nonzero + count.zero * zeros.zero +
           count.nonzero * zeros.nonzero;
  };
}
MeanCount counted_products(const ReferenceCore& core) { return core.events.macs; }
MeanCount counted_additions(const ReferenceCore& core) { return core.events.additions; }

Count dynamic_of(CorePart part) {
  return [part](const ReferenceCore& core) { return dynamic_fj(core, part); };
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
                 weighed(counted_products, zeros_of_multiplier(Formats::narrow)));
}
MacRatios CoreRowFigures::rounding_by_macs() const {
  return by_macs(cores_.one, {cores_.dense, cores_.kept}, cores_.four, CorePart::product_rounding,
                 weighed(counted_products, zeros_of_rounding(Formats::narrow)));
}
MacRatios CoreRowFigures::adder_by_macs() const {
  return by_macs(cores_.one, {cores_.dense, cores_.kept}, cores_.four, CorePart::adders,
                 weighed(counted_additions, zeros_of_adder(Formats::narrow)));
}
MacRatios CoreRowFigures::registered_adder_by_macs() const {
  return by_macs(cores_.registered_one, {cores_.registered_dense, cores_.registered_kept},
                 cores_.registered_four, CorePart::adders,
                 weighed(counted_additions, zeros_of_adder(Formats::narrow)));
}

namespace {

double selected_bits(const ReferenceCore& core) {
  return core.events.macs.all * core.structure.widths.product_bits;
}
double buffered_bits(const ReferenceCore& core) {
  return core.events.kept_words.all * lanes(core) * broadcast_bits(core);
}
double updated_bits(const ReferenceCore& core) {
  return core.events.updates.all * accumulator_bits(core);
}
MeanCount counted_selected_bits(const ReferenceCore& core) {
  return core.events.macs.times(core.structure.widths.product_bits);
}
MeanCount counted_updated_bits(const ReferenceCore& core) {
  return core.events.updates.times(accumulator_bits(core));
}
/// What the multiplexer took without the words that are rectified.
Count multiplexed_fj(double rectifier_fj) {
  return [rectifier_fj](const ReferenceCore& core) {
    return dynamic_fj(core, CorePart::accumulator_multiplexers_and_rectifiers) -
           core.events.rectified_words * rectifier_fj;
  };
}
/// What registers took to take words, without bits that keep theirs.
Count written_fj(double idle_fj) {
  return [idle_fj](const ReferenceCore& core) {
    return dynamic_fj(core, CorePart::registers) - core.events.idle_bits * idle_fj;
  };
}

}  // namespace

MacRatios CoreRowFigures::selection_by_macs() const {
  return by_macs(cores_.one, {cores_.dense, cores_.kept}, cores_.four,
                 CorePart::selection_and_skipping,
                 weighed(counted_selected_bits, zeros_of_selection(Formats::narrow)));
}
MacRatios CoreRowFigures::accumulator_multiplexer_by_macs(double rectifier_fj) const {
  const Count bits = weighed(counted_updated_bits,
                             zeros_of_accumulator_multiplexer(Formats::narrow, rectifier_fj));
  const auto bit_fj = [&](const CorePair& cores) {
    const auto of = [&](const ReferenceCore& core) {
      return multiplexed_fj(rectifier_fj)(core) / bits(core);
    };
    return ByOperands{of(cores.dense), of(cores.kept)};
  };
  const ByOperands of_two = bit_fj({cores_.dense, cores_.kept});
  return {over(bit_fj(cores_.one), of_two), over(bit_fj(cores_.four), of_two)};
}

ZeroRatios CoreRowFigures::zeros_of_multiplier(Formats formats) const {
  return by_zeros(cores_, formats, dynamic_of(CorePart::multipliers), counted_products);
}
ZeroRatios CoreRowFigures::zeros_of_rounding(Formats formats) const {
  return by_zeros(cores_, formats, dynamic_of(CorePart::product_rounding), counted_products);
}
ZeroRatios CoreRowFigures::zeros_of_adder(Formats formats) const {
  return by_zeros(cores_, formats, dynamic_of(CorePart::adders), counted_additions);
}
ZeroRatios CoreRowFigures::zeros_of_register(Formats formats, double idle_fj) const {
  return by_zeros(cores_, formats, written_fj(idle_fj),
                  [](const ReferenceCore& c) { return c.events.written_bits; });
}
ZeroRatios CoreRowFigures::zeros_of_accumulator_multiplexer(Formats formats,
                                                            double rectifier_fj) const {
  return by_zeros(cores_, formats, multiplexed_fj(rectifier_fj), counted_updated_bits);
}
ZeroRatios CoreRowFigures::zeros_of_selection(Formats formats) const {
  return by_zeros(cores_, formats, dynamic_of(CorePart::selection_and_skipping),
                  counted_selected_bits);
}
ZeroRatios CoreRowFigures::zeros_of_operand_buffer(Formats formats) const {
  return by_zeros(cores_, formats, dynamic_of(CorePart::operand_buffers),
                  [](const ReferenceCore& c) {
                    return c.events.kept_words.times(lanes(c) * broadcast_bits(c));
                  });
}

double CoreRowFigures::wide_multiplication_fj() const {
  return per({&cores_.wide}, CorePart::multipliers, products);
}
double CoreRowFigures::wide_addition_fj() const {
  return per({&cores_.wide}, CorePart::adders, additions);
}
double CoreRowFigures::wide_rounding_fj() const {
  return per({&cores_.wide}, CorePart::product_rounding, products);
}
WideRatios CoreRowFigures::wide_ratios(double idle_fj, double rectifier_fj) const {
  const auto ratio = [&](const Count& part_fj, const Count& bits) {
    const auto bit_fj = [&](const Cores& cores) { return sum(cores, part_fj) / sum(cores, bits); };
    const double dense_fj = bit_fj(cores_.of_dense());
    return dense_fj > 0 ? bit_fj(cores_.of_wide()) / dense_fj : 1;
  };
  const auto bits = [](const DatapathWidths& widths) {
    return widths.weight_bits + widths.activation_bits + widths.product_bits;
  };
  WideRatios wide;
  wide.narrow_bits = bits(cores_.dense.structure.widths);
  wide.wide_bits = bits(wide_widths());
  wide.of_register =
      ratio(written_fj(idle_fj), [](const ReferenceCore& c) { return c.events.written_bits.all; });
  wide.of_accumulator_multiplexer = ratio(multiplexed_fj(rectifier_fj), updated_bits);
  wide.of_selection = ratio(dynamic_of(CorePart::selection_and_skipping), selected_bits);
  wide.of_operand_buffer = ratio(dynamic_of(CorePart::operand_buffers), buffered_bits);
  return wide;
}

double CoreRowFigures::control_bit_fj() const {
  return per(cores_.all(), CorePart::sequencer,
             [](const ReferenceCore& c) { return c.events.cycles * control_bits(c); });
}
BitOfPart CoreRowFigures::control_bit() const {
  return bit_of(cores_.all(), CorePart::sequencer, control_bits);
}

ByOperands CoreRowFigures::selection_bit_fj() const {
  return {per(cores_.of_dense(), CorePart::selection_and_skipping, selected_bits),
          per(cores_.of_kept(), CorePart::selection_and_skipping, selected_bits)};
}
BitOfPart CoreRowFigures::selection_bit() const {
  return bit_of(cores_.all(), CorePart::selection_and_skipping, product_bits);
}

ByOperands CoreRowFigures::register_write(double idle_fj) const {
  const Count written = written_fj(idle_fj);
  ByOperands write;
  write.dense_fj =
      sum(cores_.of_dense(), written) /
      sum(cores_.of_dense(), [](const ReferenceCore& c) { return c.events.written_bits.all; });
  // Words that F1 reads and results come as they are, whatever is skipped.
  write.kept_fj =
      sum(cores_.of_kept(),
          [&](const ReferenceCore& c) {
            return written(c) - c.events.written_bits.dense() * write.dense_fj;
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
  return per(cores_.all(), CorePart::operand_buffers, buffered_bits);
}
ByOperands CoreRowFigures::buffer_bit_by_operands() const {
  return {per(cores_.of_dense(), CorePart::operand_buffers, buffered_bits),
          per(cores_.of_kept(), CorePart::operand_buffers, buffered_bits)};
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
    return sum(cores, multiplexed_fj(rectifier_fj)) / sum(cores, updated_bits);
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
