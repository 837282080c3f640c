#include "minerva/accelsim/rtl_files.hpp"

#include <string_view>

#include "minerva/accelsim/memory_files.hpp"
#include "minerva/base/errors.hpp"
#include "rtl_parameters.hpp"
#include "rtl_vectors.hpp"

namespace minerva {
namespace embedded {
extern const std::string_view kRtlA;
extern const std::string_view kRtlBanks;
extern const std::string_view kRtlBench;
extern const std::string_view kRtlClockGate;
extern const std::string_view kRtlCore;
extern const std::string_view kRtlDatapath;
extern const std::string_view kRtlF1;
extern const std::string_view kRtlF2;
extern const std::string_view kRtlGatedRegister;
extern const std::string_view kRtlLane;
extern const std::string_view kRtlM;
extern const std::string_view kRtlMachine;
extern const std::string_view kRtlMakefile;
extern const std::string_view kRtlMemories;
extern const std::string_view kRtlOperands;
extern const std::string_view kRtlRoundSaturate;
extern const std::string_view kRtlSequencer;
extern const std::string_view kRtlSignalBuffer;
extern const std::string_view kRtlUnits;
extern const std::string_view kRtlWb;
extern const std::string_view kRtlWriteControl;
}  // namespace embedded

namespace {

/// What is the same for every machine.
std::vector<ExportedFile> fixed_files() {
  const std::pair<const char*, std::string_view> all[] = {
      {"clock_gate.v", embedded::kRtlClockGate},
      {"signal_buffer.v", embedded::kRtlSignalBuffer},
      {"units.v", embedded::kRtlUnits},
      {"gated_register.v", embedded::kRtlGatedRegister},
      {"round_saturate.v", embedded::kRtlRoundSaturate},
      {"banks.v", embedded::kRtlBanks},
      {"f1.v", embedded::kRtlF1},
      {"operands.v", embedded::kRtlOperands},
      {"f2.v", embedded::kRtlF2},
      {"m.v", embedded::kRtlM},
      {"a.v", embedded::kRtlA},
      {"wb.v", embedded::kRtlWb},
      {"lane.v", embedded::kRtlLane},
      {"datapath.v", embedded::kRtlDatapath},
      {"sequencer.v", embedded::kRtlSequencer},
      {"write_control.v", embedded::kRtlWriteControl},
      {"core.v", embedded::kRtlCore},
      {"memories.v", embedded::kRtlMemories},
      {"machine.v", embedded::kRtlMachine},
      {"bench.v", embedded::kRtlBench},
      {"Makefile", embedded::kRtlMakefile},
  };
  std::vector<ExportedFile> files;
  for (const auto& [name, text] : all) files.push_back({name, std::string(text)});
  return files;
}

void check(const QuantizedNetwork& network, const MachineConfiguration& machine,
           const std::vector<std::vector<std::int16_t>>& inputs) {
  expects(!network.layers.empty(), "rtl_files: a network without layers");
  expects(!inputs.empty(), "rtl_files: a bench without inputs");
  for (const auto& input : inputs) {
    expects(static_cast<int>(input.size()) == network.layers.front().n_in,
            "rtl_files: an input of another size than the network's");
  }
  check_design_point(machine.point);
  check_weight_banks(network.topology(), machine.point);
  if (machine.point.positions_per_weight != 1) {
    throw UserError("design.positions_per_weight",
                    std::to_string(machine.point.positions_per_weight),
                    "needs to be 1 for RTL, whose lanes have one accumulator");
  }
  if (!machine.also_for.empty()) {
    throw UserError("design.also_for", to_string(machine.also_for.front()),
                    "is not possible for RTL, whose sequencer runs one network");
  }
}

}  // namespace

std::vector<ExportedFile> rtl_files(const QuantizedNetwork& network,
                                    const MachineConfiguration& machine,
                                    const std::vector<std::vector<std::int16_t>>& inputs,
                                    const RtlOptions& options) {
  check(network, machine, inputs);
  RtlMachine m{
      network, machine, structure_of(machine), LaneMemoryLayout(network.topology(), machine.point),
      {},      options};
  m.settings = layer_settings(network, m.structure, m.layout.weight_banks());
  std::vector<ExportedFile> files = fixed_files();
  files.push_back({"machine_parameters.vh", parameters_text(m)});
  files.push_back({"layer_tables.v", layer_tables_text(m)});
  files.push_back({"waveform.v", waveform_text(m)});
  files.push_back({"README.md", readme_text(m, inputs.size())});
  const auto add = [&](std::vector<ExportedFile> more) {
    for (ExportedFile& file : more) files.push_back(std::move(file));
  };
  add(memory_files(network, m.structure, m.layout));
  add(fault_files(network, m.structure, m.layout));
  add(vector_files(m, inputs));
  return files;
}

}  // namespace minerva
