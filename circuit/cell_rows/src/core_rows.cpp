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
  ratios("registered_adder", core_->registered_adder(),
         "an addition behind registers of products, over one behind multipliers,");
  ratios("registered_rounding", core_->registered_rounding(),
         "a rounding before registers of products, over one before adders,");
  by_macs();
  by_zeros(Formats::narrow);
  by_width();
}

void RowBuilder::ratios(const std::string& name, const OperandRatios& ratio,
                        const std::string& what) {
  rows_.figure(name + "_dense", {}, ratio.dense, "1", what + core_text_ + ": " + kAsTheyCome.how);
  rows_.figure(name + "_kept", {}, ratio.kept, "1", what + core_text_ + ": " + kKeptOnes.how);
}

void RowBuilder::by_macs() {
  struct ByMacs {
    const char* name;
    const char* what;
    MacRatios ratios;
  };
  const ByMacs all[] = {{"multiplier", "a multiplication", core_->multiplier_by_macs()},
                        {"rounding", "a rounding", core_->rounding_by_macs()},
                        {"adder", "an addition", core_->adder_by_macs()},
                        {"registered_adder", "an addition behind registers of products",
                         core_->registered_adder_by_macs()},
                        {"selection", "selection for a product", core_->selection_by_macs()},
                        {"accumulator_multiplexer", "a choice of bias or accumulator",
                         core_->accumulator_multiplexer_by_macs(rectifier_fj())}};
  for (const ByMacs& each : all) {
    const std::string what = each.what;
    ratios(std::string("one_mac_") + each.name, each.ratios.one,
           what + " in a lane of 1 MAC over one in a lane of 2,");
    ratios(std::string("doubled_macs_") + each.name, each.ratios.doubled,
           what + " in a lane of 4 MACs over one in a lane of 2, for each further doubling, too,");
  }
}

void RowBuilder::by_zeros(Formats formats) {
  struct ByZeros {
    const char* name;
    const char* what;
    ZeroRatios ratios;
  };
  const ByZeros all[] = {
      {"multiplier", "a multiplication", core_->zeros_of_multiplier(formats)},
      {"rounding", "a rounding", core_->zeros_of_rounding(formats)},
      {"adder", "an addition", core_->zeros_of_adder(formats)},
      {"register", "a bit that takes a word",
       core_->zeros_of_register(formats, idle_register_bit_fj())},
      {"accumulator_multiplexer", "a choice of bias or accumulator",
       core_->zeros_of_accumulator_multiplexer(formats, rectifier_fj())},
      {"selection", "selection for a product", core_->zeros_of_selection(formats)},
      {"operand_buffer", "a bit of a word to one lane", core_->zeros_of_operand_buffer(formats)}};
  const bool wide = formats == Formats::wide;
  const std::string prefix = wide ? "wide_" : "";
  const std::string where = core_text_ + (wide ? ", in quantize.start" : "");
  for (const ByZeros& each : all) {
    const std::string what = each.what;
    rows_.figure(prefix + "zero_operands_" + each.name, {}, each.ratios.zero, "1",
                 what + " on inputs that are 0, as those before them were, over a dense one," +
                     where + ": all inputs 0");
    rows_.figure(prefix + "nonzero_operands_" + each.name, {}, each.ratios.nonzero, "1",
                 what + " on an input that is not 0 or follows one that is not, over a dense one," +
                     where + ": " + kAsTheyCome.how);
  }
}

void RowBuilder::by_width() {
  const WideRatios wide = core_->wide_ratios(idle_register_bit_fj(), rectifier_fj());
  if (wide.wide_bits <= wide.narrow_bits) {
    out_.notes.push_back(
        "the formats of the run are as wide as quantize.start: the rows of wide formats are left "
        "out");
    return;
  }
  const std::string what = "W + X + P of the formats of the network" + core_text_;
  rows_.figure("narrow_format_bits", {}, wide.narrow_bits, "bits", what);
  rows_.figure("wide_format_bits", {}, wide.wide_bits, "bits", what + ", in quantize.start");
  const auto ratio = [&](const char* name, double value, const std::string& bit) {
    rows_.figure(name, {}, value, "1",
                 bit + " in quantize.start over one in the formats of the network," + core_text_ +
                     ": " + kAsTheyCome.how);
  };
  ratio("wide_register_dense", wide.of_register, "a bit that takes a word");
  ratio("wide_accumulator_multiplexer_dense", wide.of_accumulator_multiplexer,
        "a bit of an update");
  ratio("wide_selection_dense", wide.of_selection, "selection for a bit of a product");
  ratio("wide_operand_buffer_dense", wide.of_operand_buffer, "a bit of a word to one lane");
  by_zeros(Formats::wide);
}

double RowBuilder::rectifier_fj() const {
  return needed(figures_.alone(rectifier_of(plan_, plan_.machine), kUniform), "a rectifier")
      .energy_fj();
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
