#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/accelsim/layer_units.hpp"
#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "rtl_parameters.hpp"

namespace minerva {

/// One column of a table of the RTL: what it says of each layer.
struct TableColumn {
  const char* name;
  const char* bits_parameter;  ///< that has its width; "": one bit
  int bits;
  const char* comment;
  std::vector<std::int64_t> values;  ///< [layer]
};

/// A machine of maps as numbers: what the texts of its RTL are made from.
struct MapMachine : RtlArray {
  const QuantizedGraph& network;
  RoundingSettings product;              ///< of M
  RoundingSettings result;               ///< of A
  std::vector<std::int64_t> weight_most; /**< [layer] */
  int address_bits = 0;                  ///< of a word of a tensor, and one before or behind it
  int channel_bits = 0;
  int pool_bits = 0;
  int added_shift_bits = 0;
  bool rotates = false;  ///< units of channels begin in other lanes than lane 0

  MapMachine(const QuantizedGraph& graph, const MachineConfiguration& machine,
             const RtlOptions& rtl_options);

  int fetch_words() const { return structure.of(RegisterKind::fetched_word).count; }
  int accumulators() const { return structure.pipeline.accumulators; }
  int position_bits() const { return structure.control.position_counter_bits(); }
  int index_bits() const { return structure.control.accumulator_index_bits(); }
  bool streams() const { return structure.pipeline.stream_words > 0; }
  int off_chip_address_bits() const;  ///< of a weight off chip, and one behind them
  int region_bits() const;
  int operation_bits() const;  ///< of what moves with a chunk (operation.v)
  int unit_bits() const;       ///< of a full unit (write_control.v)
  int place_bits() const;      ///< of a position (position.v)
};

/// machine_parameters.vh.
std::string map_parameters_text(const MapMachine& machine);
/// layer_tables.v: layer_order, fetch_table, position_table and lane_table.
std::string map_tables_text(const MapMachine& machine);
/// waveform.v, as that of a chain.
std::string waveform_text(const MapMachine& machine);
/// What the bench feeds and expects.
std::vector<ExportedFile> map_vector_files(const MapMachine& machine,
                                           const std::vector<std::vector<std::int16_t>>& inputs);

}  // namespace minerva
