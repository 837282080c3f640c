#include "row_builder.hpp"

// Rows that only a whole core has.

namespace minerva::circuit {

void RowBuilder::accumulator_multiplexer_in_core() {
  const LaneUnit& machine = plan_.machine;
  const UnitMeasurement& rectifier =
      needed(figures_.alone(rectifier_of(plan_, machine), kUniform), "a rectifier");
  const std::string what =
      "a bit of an update, with the rectifier that follows the accumulator and the choice of what "
      "leaves,";
  const ByOperands update = core_->accumulator_multiplexer_bit_fj(rectifier.energy_fj());
  energy("accumulator_multiplexer_bit_energy", {}, update.dense_fj, what + core_text_);
  size("accumulator_multiplexer_bit",
       core_->accumulator_multiplexer_bit({rectifier.leakage_nw * kUwPerNw, rectifier.area_um2}),
       "without rectifiers," + core_text_);
  by_operands("accumulator_multiplexer_bit_energy", update, what);
}

void RowBuilder::control() {
  // A base without a core has its counters, which the control stands for.
  for (const char* name : {"sequencer_bit_energy", "sequencer_bit_leakage", "sequencer_bit_area"}) {
    out_.replaced.emplace_back(name);
  }
  const std::string bit = "a flip-flop of sequencer and write control with its share of the gates,";
  energy("control_bit_energy", {}, core_->control_bit_fj(), bit + " a cycle," + core_text_);
  size("control_bit", core_->control_bit(), bit + core_text_);
  by_operands("selection_bit_energy", core_->selection_bit_fj(),
              "a bit of a kept product, with the selection of inputs and the enables,");
  size("selection_bit", core_->selection_bit(), "a bit of a product" + core_text_);
  const auto ratios = [&](const std::string& name, const OperandRatios& ratio,
                          const std::string& what) {
    rows_.figure(name + "_dense", {}, ratio.dense, "1", what + core_text_ + ": " + kAsTheyCome.how);
    rows_.figure(name + "_kept", {}, ratio.kept, "1", what + core_text_ + ": " + kKeptOnes.how);
  };
  ratios("registered_adder", core_->registered_adder(),
         "an addition behind registers of products, over one behind multipliers,");
  ratios("registered_rounding", core_->registered_rounding(),
         "a rounding before registers of products, over one before adders,");
  // With another number of MACs than two.
  struct ByMacs {
    const char* name;
    const char* what;
    MacRatios ratios;
  };
  const ByMacs all[] = {{"multiplier", "a multiplication", core_->multiplier_by_macs()},
                        {"rounding", "a rounding", core_->rounding_by_macs()},
                        {"adder", "an addition", core_->adder_by_macs()},
                        {"registered_adder", "an addition behind registers of products",
                         core_->registered_adder_by_macs()}};
  for (const ByMacs& each : all) {
    const std::string what = each.what;
    ratios(std::string("one_mac_") + each.name, each.ratios.one,
           what + " in a lane of 1 MAC over one in a lane of 2,");
    ratios(std::string("doubled_macs_") + each.name, each.ratios.doubled,
           what + " in a lane of 4 MACs over one in a lane of 2, for each further doubling, too,");
  }
}

void RowBuilder::by_operands(const std::string& name, const ByOperands& energies,
                             const std::string& what) {
  energy(name + kAsTheyCome.ending, {}, energies.dense_fj,
         what + core_text_ + ": " + kAsTheyCome.how);
  energy(name + kKeptOnes.ending, {}, energies.kept_fj, what + core_text_ + ": " + kKeptOnes.how);
}

void RowBuilder::size(const std::string& name, const BitOfPart& bit, const std::string& text) {
  rows_.figure(name + "_leakage", {}, bit.leakage_uw, "uW", text);
  rows_.figure(name + "_area", {}, bit.area_um2, "um2", text);
}

}  // namespace minerva::circuit
