#include "minerva/accelsim/rtl_files.hpp"

#include <string_view>

#include "map_machine.hpp"
#include "minerva/accelsim/memory_files.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "rtl_parameters.hpp"
#include "rtl_vectors.hpp"

namespace minerva {
namespace embedded {
// Of every machine.
extern const std::string_view kRtlBanks;
extern const std::string_view kRtlBenchChecks;
extern const std::string_view kRtlBenchRun;
extern const std::string_view kRtlClockGate;
extern const std::string_view kRtlF2;
extern const std::string_view kRtlGatedRegister;
extern const std::string_view kRtlMakefile;
extern const std::string_view kRtlMemories;
extern const std::string_view kRtlOperands;
extern const std::string_view kRtlRoundSaturate;
extern const std::string_view kRtlSignalBuffer;
extern const std::string_view kRtlUnits;
// Of a dense chain.
extern const std::string_view kRtlA;
extern const std::string_view kRtlBench;
extern const std::string_view kRtlCore;
extern const std::string_view kRtlDatapath;
extern const std::string_view kRtlF1;
extern const std::string_view kRtlLane;
extern const std::string_view kRtlM;
extern const std::string_view kRtlMachine;
extern const std::string_view kRtlSequencer;
extern const std::string_view kRtlWb;
extern const std::string_view kRtlWriteControl;
// Of a network of maps.
extern const std::string_view kRtlMapA;
extern const std::string_view kRtlMapBench;
extern const std::string_view kRtlMapCore;
extern const std::string_view kRtlMapDatapath;
extern const std::string_view kRtlMapF1;
extern const std::string_view kRtlMapLane;
extern const std::string_view kRtlMapM;
extern const std::string_view kRtlMapMachine;
extern const std::string_view kRtlMapOperation;
extern const std::string_view kRtlMapPassedWord;
extern const std::string_view kRtlMapPosition;
extern const std::string_view kRtlMapSequencer;
extern const std::string_view kRtlMapWb;
extern const std::string_view kRtlMapWeightBuffers;
extern const std::string_view kRtlMapWeightStream;
extern const std::string_view kRtlMapWriteControl;
}  // namespace embedded

namespace {

using FixedText = std::pair<const char*, std::string_view>;

/// The texts that are the same for every machine of a dense chain, or of a network of maps. Modules
/// and files that do the same have the same name. `modules` go into the Makefile's list.
std::vector<ExportedFile> fixed_files(const std::vector<FixedText>& own, const std::string& modules,
                                      const std::string& memories) {
  std::vector<FixedText> all = {
      {"clock_gate.v", embedded::kRtlClockGate},
      {"signal_buffer.v", embedded::kRtlSignalBuffer},
      {"units.v", embedded::kRtlUnits},
      {"gated_register.v", embedded::kRtlGatedRegister},
      {"round_saturate.v", embedded::kRtlRoundSaturate},
      {"banks.v", embedded::kRtlBanks},
      {"operands.v", embedded::kRtlOperands},
      {"f2.v", embedded::kRtlF2},
      {"memories.v", embedded::kRtlMemories},
      {"bench_run.vh", embedded::kRtlBenchRun},
      {"bench_checks.vh", embedded::kRtlBenchChecks},
  };
  all.insert(all.end(), own.begin(), own.end());
  std::vector<ExportedFile> files;
  for (const auto& [name, text] : all) files.push_back({name, std::string(text)});
  std::string makefile(embedded::kRtlMakefile);
  const auto put = [&](const std::string& place, const std::string& text) {
    makefile.replace(makefile.find(place), place.size(), text);
  };
  put("OWN_MODULES", modules);
  put("OWN_MEMORIES", memories);
  files.push_back({"Makefile", makefile});
  return files;
}

std::vector<ExportedFile> chain_files() {
  return fixed_files({{"f1.v", embedded::kRtlF1},
                      {"m.v", embedded::kRtlM},
                      {"a.v", embedded::kRtlA},
                      {"wb.v", embedded::kRtlWb},
                      {"lane.v", embedded::kRtlLane},
                      {"datapath.v", embedded::kRtlDatapath},
                      {"sequencer.v", embedded::kRtlSequencer},
                      {"write_control.v", embedded::kRtlWriteControl},
                      {"core.v", embedded::kRtlCore},
                      {"machine.v", embedded::kRtlMachine},
                      {"bench.v", embedded::kRtlBench}},
                     "", "");
}

std::vector<ExportedFile> map_files() {
  return fixed_files({{"f1.v", embedded::kRtlMapF1},
                      {"passed_word.v", embedded::kRtlMapPassedWord},
                      {"m.v", embedded::kRtlMapM},
                      {"a.v", embedded::kRtlMapA},
                      {"wb.v", embedded::kRtlMapWb},
                      {"lane.v", embedded::kRtlMapLane},
                      {"operation.v", embedded::kRtlMapOperation},
                      {"datapath.v", embedded::kRtlMapDatapath},
                      {"position.v", embedded::kRtlMapPosition},
                      {"sequencer.v", embedded::kRtlMapSequencer},
                      {"write_control.v", embedded::kRtlMapWriteControl},
                      {"core.v", embedded::kRtlMapCore},
                      {"machine.v", embedded::kRtlMapMachine},
                      {"weight_stream.v", embedded::kRtlMapWeightStream},
                      {"weight_buffers.v", embedded::kRtlMapWeightBuffers},
                      {"bench.v", embedded::kRtlMapBench}},
                     " passed_word.v operation.v position.v weight_stream.v", " weight_buffers.v");
}

/// What no machine in Verilog can be. @param inputs of each sample.
void check(int network_inputs, const MachineConfiguration& machine,
           const std::vector<std::vector<std::int16_t>>& inputs) {
  expects(machine.network.layers() > 0, "rtl_files: a network without layers");
  expects(!inputs.empty(), "rtl_files: a bench without inputs");
  for (const auto& input : inputs) {
    expects(static_cast<int>(input.size()) == network_inputs,
            "rtl_files: an input of another size than the network's");
  }
  check_design_point(machine.point);
  refuse_read_ahead(machine.point, "RTL, whose lanes take every input");
  check_weight_banks(machine.network, machine.point);
  const int batch = machine.point.batch_size;
  if (inputs.size() % static_cast<std::size_t>(batch) != 0) {
    throw UserError(
        "design.batch_size", std::to_string(batch),
        "needs a bench of whole batches, not of " + std::to_string(inputs.size()) + " samples");
  }
  if (!machine.also_for.empty()) {
    throw UserError("design.also_for", to_string(machine.also_for.front()),
                    "is not possible for RTL, whose sequencer runs one network");
  }
}

void add_files(std::vector<ExportedFile> more, std::vector<ExportedFile>& files) {
  for (ExportedFile& file : more) files.push_back(std::move(file));
}

/// The sequencer of dense chains knows neither positions nor weights from off chip.
bool walks_maps(const MachineConfiguration& machine) {
  return structure_of(machine).control.walks_maps();
}

/// Contents of the memories of either kind of machine.
void add_memories(const RtlArray& m, std::vector<ExportedFile>& files) {
  expects(!m.has_faults() || !m.configuration.point.streams_weights(),
          "rtl_files: faults of weights that come from off chip");
  add_files(memory_files(m.stored, m.configuration.network, m.structure, m.layout), files);
  add_files(fault_files(m.stored, m.structure, m.layout), files);
}

}  // namespace

std::vector<ExportedFile> rtl_files(const QuantizedGraph& network,
                                    const MachineConfiguration& machine,
                                    const std::vector<std::vector<std::int16_t>>& inputs,
                                    const RtlOptions& options) {
  check(network.graph.inputs(), machine, inputs);
  if (!walks_maps(machine)) {
    return rtl_files(chain_network(network), machine, inputs, options);
  }
  if (network.graph.weight_count() == 0) {
    throw UserError("network.topology", to_string(machine.network),
                    "needs a layer with weights for RTL");
  }
  const MapMachine m(network, machine, options);
  std::vector<ExportedFile> files = map_files();
  files.push_back({"machine_parameters.vh", map_parameters_text(m)});
  files.push_back({"layer_tables.v", map_tables_text(m)});
  files.push_back({"waveform.v", waveform_text(m)});
  files.push_back({"README.md", readme_text(m, inputs.size())});
  add_memories(m, files);
  add_files(map_vector_files(m, inputs), files);
  return files;
}

std::vector<ExportedFile> rtl_files(const QuantizedNetwork& network,
                                    const MachineConfiguration& machine,
                                    const std::vector<std::vector<std::int16_t>>& inputs,
                                    const RtlOptions& options) {
  check(network.layers.front().n_in, machine, inputs);
  if (walks_maps(machine)) {
    return rtl_files(quantized_graph(network), machine, inputs, options);
  }
  RtlMachine m{{network, machine, structure_of(machine),
                LaneMemoryLayout(network.topology(), machine.point), options},
               network,
               {}};
  m.settings = layer_settings(network, m.structure, m.layout.weight_banks());
  std::vector<ExportedFile> files = chain_files();
  files.push_back({"machine_parameters.vh", parameters_text(m)});
  files.push_back({"layer_tables.v", layer_tables_text(m)});
  files.push_back({"waveform.v", waveform_text(m)});
  files.push_back({"README.md", readme_text(m, inputs.size())});
  add_memories(m, files);
  add_files(vector_files(m, inputs), files);
  return files;
}

}  // namespace minerva
