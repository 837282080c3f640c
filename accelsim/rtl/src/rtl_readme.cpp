#include "minerva/design/design_point.hpp"
#include "rtl_parameters.hpp"

namespace minerva {
namespace {

std::string mitigation_line(const Mitigation& m) {
  if (m.detector == Detector::none) return "no fault detectors";
  return std::string("detector ") + to_string(m.detector) + ", masking " + to_string(m.masking) +
         (m.masking == Masking::bit ? std::string(", sign ") + to_string(m.sign) : "");
}

}  // namespace

std::string readme_text(const RtlArray& m, std::size_t samples) {
  const MachineStructure& s = m.structure;
  const DatapathWidths& w = s.widths;
  std::string text =
      "# The accelerator in Verilog\n\n"
      "Network " +
      to_string(m.configuration.network) + ", machine " + to_string(m.configuration.point) +
      ".\nWeights of " + std::to_string(w.weight_bits) + " bits, activations of " +
      std::to_string(w.activation_bits) + ", products of " + std::to_string(w.product_bits) +
      ", accumulators of " + std::to_string(w.accumulator_bits) + "; rounding " +
      to_string(m.stored.rounding) + ";\nweights in " +
      (s.weight_storage == WeightStorage::rom ? "ROM" : "SRAM") + ", " +
      mitigation_line(m.stored.mitigation) +
      ".\n\n"
      "`make` predicts " +
      std::to_string(samples) +
      " samples in Icarus Verilog and compares every accumulator, activation, class,\n"
      "cycle and memory access with inference; `make verilator` does it in Verilator, `make\n"
      "waveform` writes waveform.vcd, `make synthesis LIBERTY=cells.lib` synthesises by Yosys "
      "what\n"
      "is no memory (`TOP=lane`, `TOP=datapath`: parts of it). minerva's page docs/rtl.md says "
      "more.\n\n"
      "| file | contents |\n|---|---|\n"
      "| machine.v | the top: core and memories |\n"
      "| core.v | the machine without memories: sequencer, write control, datapath |\n"
      "| datapath.v, lane.v | F1, lanes and WB; one lane: F2, M and A |\n"
      "| f1.v, operands.v, f2.v, m.v, a.v, wb.v | the stages |\n"
      "| sequencer.v, write_control.v | which chunk is where; who writes, and who waits |\n"
      "| layer_tables.v | what the layers differ in: sizes, thresholds, formats |\n"
      "| machine_parameters.vh | all counts and widths of this machine |\n"
      "| banks.v, round_saturate.v, gated_register.v | words in banks, rounding, registers |\n"
      "| memories.v, clock_gate.v | behaviour of what a library has; to be replaced |\n"
      "| bench.v, bench_run.vh, bench_checks.vh, bench_parameters.vh, waveform.v | for simulation "
      "alone |\n"
      "| weights_laneL_bankB.hex, biases_laneL.hex | contents of the memories, for $readmemh |\n" +
      std::string(m.has_faults() ? "| faults_laneL_bankB.hex | faulty bits of each word |\n" : "") +
      "| inputs.hex, expected_*.hex | what the bench feeds and expects |\n";
  return text;
}

}  // namespace minerva
