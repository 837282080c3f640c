#pragma once
#include <string>

#include "layer_settings.hpp"
#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/rtl_files.hpp"
#include "verilog_text.hpp"

namespace minerva {

/// What every machine in Verilog is made from, whatever its layers compute.
struct RtlArray {
  const QuantizedLayers& stored;
  const MachineConfiguration& configuration;
  MachineStructure structure;
  LaneMemoryLayout layout;
  RtlOptions options;

  int chunk() const { return structure.pipeline.inputs_per_cycle; }
  int lanes() const { return structure.pipeline.lanes; }
  int stages() const { return structure.pipeline.multiply_cycles; }
  int layers() const { return layout.layers(); }
  bool has_faults() const;
};

/// One machine of a dense chain as numbers: what the texts of the RTL are made from.
struct RtlMachine : RtlArray {
  const QuantizedNetwork& network;
  LayerSettings settings;
};

/// machine_parameters.vh as far as all machines have it. @param lane_addresses 1, or the lanes when
/// each has addresses of its own.
Parameters array_parameters(const RtlArray& machine, const RoundingSettings& product,
                            const RoundingSettings& result,
                            const std::vector<std::int64_t>& weight_most, int lane_addresses);

/// machine_parameters.vh: every width and count of the machine, as localparams.
std::string parameters_text(const RtlMachine& machine);
/// layer_tables.v: the modules fetch_table and lane_table, which say what differs between layers.
std::string layer_tables_text(const RtlMachine& machine);
/// The module codebook_table, of layer_tables.v: the entries that each layer's indices stand for.
std::string codebook_table_text(const RtlArray& machine);
/// waveform.v: the registers under the names that `simulate --vcd` gives them.
std::string waveform_text(const RtlMachine& machine);
/// README.md of the written folder.
std::string readme_text(const RtlArray& machine, std::size_t samples);

}  // namespace minerva
