#include "minerva/accelsim/machine_structure.hpp"

#include <algorithm>
#include <string>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

constexpr const char* kUnitNames[] = {
    "multiplier",     "saturation multiplexer", "tree adder",        "accumulator adder",
    "rectifier",      "rounding adder",         "comparator",        "mask multiplexer",
    "fault detector", "maximum comparator",     "queue multiplexer", "codebook multiplexer"};
static_assert(sizeof kUnitNames / sizeof *kUnitNames == kUnitKinds, "one name each");

constexpr const char* kMemoryNames[] = {"weights", "biases", "inputs", "activations"};
static_assert(sizeof kMemoryNames / sizeof *kMemoryNames == kMemoryKinds, "one name each");

/// Bits of an operation besides its indices: valid, first, last, last of its layer.
constexpr int kOperationFlags = 4;
/// hold, take, write and next layer.
constexpr int kHandshakeSignals = 4;
/// Of the Verilog's sequencer: a prediction runs, F1 has chunks to read.
constexpr int kSequencerFlags = 2;
/// Of its write control: full, hold, take, write, issued the last group.
constexpr int kWriteFlags = 5;

/// What the networks of a machine need at most.
struct Needs {
  std::int64_t weight_rows = 0;
  std::int64_t bias_rows = 0;
  int regions = 0;
  int activation_words = 0;
  int input_words = 0;
  int most_inputs = 0;     ///< of a layer
  int most_channels = 0;   ///< of a layer
  int most_positions = 1;  ///< of a layer
  int most_layers = 0;
  std::int64_t farthest_word = 0;
  int most_pool_side = 1;
  int most_channel_offset = 0;
  bool adds = false, fuses = false, pools = false, max_pools = false, maps = false;

  void hold(const MachineNetwork& network, const DesignPoint& point) {
    const int lanes = point.lanes;
    const int weight_banks = point.weight_banks_per_lane();
    const bool streams_weights = point.streams_weights();
    const int batch = point.batch_size;
    std::int64_t weights = 0;
    std::int64_t biases = 0;
    const int layers = network.layers();
    for (int k = 0; k < layers; ++k) {
      const LayerFacts& layer = network.facts(k);
      if (!layer.has_weights()) continue;
      const int groups = groups_of_layer(layer.channels, lanes);
      biases += groups;
      const std::int64_t rows = rows_for(layer.inputs, weight_banks);
      weights = streams_weights ? std::max(weights, rows) : weights + groups * rows;
    }
    weight_rows = std::max(weight_rows, weights);
    bias_rows = std::max(bias_rows, biases);
    regions = std::max(regions, network.regions());
    activation_words = std::max(activation_words, batch * network.region_words());
    input_words = std::max(input_words, batch * network.inputs());
    most_inputs = std::max(most_inputs, network.most_inputs());
    most_channels = std::max(most_channels, network.most_channels());
    most_positions = std::max(most_positions, batch * network.most_positions());
    most_layers = std::max(most_layers, layers);
    adds = adds || network.adds();
    fuses = fuses || network.fuses();
    pools = pools || network.pools();
    max_pools = max_pools || network.max_pools();
    maps = maps || !network.is_dense_chain();
    farthest_word = std::max(farthest_word, batch * network.farthest_word());
    most_pool_side = std::max(most_pool_side, network.most_pool_side());
    most_channel_offset = std::max(most_channel_offset, network.most_channel_offset());
  }
};

Needs needs_of(const MachineConfiguration& configuration) {
  Needs needs;
  needs.hold(configuration.network, configuration.point);
  for (const MachineNetwork& other : configuration.also_for) {
    needs.hold(other, configuration.point);
  }
  return needs;
}

}  // namespace

const char* to_string(UnitKind kind) { return kUnitNames[static_cast<std::size_t>(kind)]; }
const char* to_string(MemoryKind kind) { return kMemoryNames[static_cast<std::size_t>(kind)]; }
LanePipeline pipeline_of(const DesignPoint& point) {
  LanePipeline pipeline;
  pipeline.lanes = point.lanes;
  pipeline.inputs_per_cycle = point.inputs_per_cycle();
  pipeline.write_ports = point.write_ports;
  pipeline.multiply_cycles = point.multiplier_stages;
  pipeline.words_per_cycle = point.activation_bandwidth;
  pipeline.accumulators = point.positions_per_weight;
  pipeline.stream_words = point.off_chip_words;
  pipeline.weight_banks = point.weight_banks_per_lane();
  pipeline.queue_words = point.read_ahead_words;
  pipeline.batch_size = point.batch_size;
  return pipeline;
}

MachineStructure structure_of(const MachineConfiguration& configuration) {
  const DesignPoint& point = configuration.point;
  const DatapathWidths& widths = configuration.widths;
  const int lanes = point.lanes;
  const int chunk = point.inputs_per_cycle();
  const int multipliers = lanes * point.macs_per_lane;
  const int boundaries = point.multiplier_stages - 1;
  const int weight_banks = point.weight_banks_per_lane();
  const Needs needs = needs_of(configuration);

  MachineStructure structure;
  structure.pipeline = pipeline_of(point);
  structure.widths = widths;
  structure.mitigation = configuration.mitigation;
  structure.weight_storage = configuration.weight_storage;
  // Words of a pool and of an added tensor go to a lane each.
  const bool by_lane = needs.pools || needs.adds;
  const int broadcast_words = by_lane ? std::max(chunk, structure.pipeline.lane_words()) : chunk;
  structure.control = {
      bits_to_count(needs.most_layers <= kMaxLayers ? kMaxLayers : kMaxGraphLayers),
      bits_to_count(needs.most_channels),
      bits_to_count(needs.adds ? std::max(needs.most_inputs, lanes) : needs.most_inputs),
      bits_to_count(lanes - 1)};
  if (needs.most_positions > 1)
    structure.control.position_bits = bits_to_count(needs.most_positions);
  if (point.positions_per_weight > 1) {
    structure.control.accumulator_bits = bits_to_count(point.positions_per_weight - 1);
  }
  structure.control.words_bits =
      bits_to_count(std::max({lanes, point.write_ports, broadcast_words}));

  if (needs.maps || point.positions_per_weight > 1 || point.streams_weights() ||
      point.runs_batches()) {
    // One bit for the sign, and one for what a chunk reaches beyond.
    structure.control.address_bits =
        bits_to_count(std::max<std::int64_t>(4 * broadcast_words, needs.farthest_word)) + 2;
    structure.control.channel_bits =
        bits_to_count(std::max({needs.most_channels, lanes, structure.pipeline.words_per_cycle,
                                needs.most_channel_offset}));
    structure.control.pool_bits = bits_to_count(needs.most_pool_side);
    if (by_lane) structure.control.passed_word_bits = structure.control.words_bits;
  }

  const auto units = [&](UnitKind kind, int count, int bits, int other_bits = 0) {
    structure.units[static_cast<std::size_t>(kind)] = {count, bits, other_bits};
  };
  // Of signs alone the index itself is the sign and whether there is a weight: nothing is looked
  // up.
  const bool looks_up = widths.index_bits > 0 && !widths.sign_weights;
  const int operand_bits = widths.sign_weights ? widths.index_bits : widths.weight_bits;
  units(UnitKind::multiplier, multipliers, operand_bits, widths.activation_bits);
  units(UnitKind::saturation_multiplexer, multipliers, widths.product_bits);
  // A tree that adds n products has n - 1 adders.
  units(UnitKind::tree_adder, multipliers - lanes, widths.accumulator_bits);
  units(UnitKind::accumulator_adder, lanes, widths.accumulator_bits);
  units(UnitKind::rectifier, lanes, widths.accumulator_bits);
  units(UnitKind::rounding_adder, lanes, widths.accumulator_bits);
  const int compared = point.reads_ahead() ? point.activation_bandwidth : chunk;
  units(UnitKind::comparator, configuration.has_comparator() ? compared : 0,
        widths.activation_bits);
  const bool masked = configuration.mitigation.masking != Masking::none;
  units(UnitKind::mask_multiplexer, masked ? lanes * chunk : 0, widths.stored_weight_bits());
  const bool detected = configuration.mitigation.detector != Detector::none;
  units(UnitKind::fault_detector, detected ? lanes * weight_banks : 0, widths.stored_weight_bits());
  units(UnitKind::maximum_comparator, (needs.fuses ? lanes : 0) + (needs.max_pools ? lanes : 0),
        widths.activation_bits);
  units(UnitKind::codebook_multiplexer, looks_up ? lanes * chunk : 0, widths.weight_bits,
        widths.index_bits);

  const auto registers = [&](RegisterKind kind, int count, int bits, int clocked_by_event = 1) {
    structure.registers[static_cast<std::size_t>(kind)] = {count, bits, clocked_by_event};
  };
  registers(RegisterKind::fetched_word, broadcast_words, widths.activation_bits);
  registers(RegisterKind::fetched_flag, broadcast_words, 1);
  registers(RegisterKind::multiply_word, broadcast_words, widths.activation_bits);
  registers(RegisterKind::multiply_flag, broadcast_words, 1);
  registers(RegisterKind::weight, lanes * chunk, operand_bits);
  registers(RegisterKind::product, lanes * chunk * boundaries, widths.product_bits, boundaries);
  registers(RegisterKind::accumulator, lanes * point.positions_per_weight, widths.accumulator_bits);
  // A word of a hidden layer, or an accumulator of the output layer.
  registers(RegisterKind::result, lanes, std::max(widths.accumulator_bits, widths.activation_bits));
  const ControlWidths& control = structure.control;
  registers(RegisterKind::operation, 1 + point.multiplier_stages,
            kOperationFlags + control.group_bits + control.input_bits + control.position_bits +
                control.accumulator_bits);
  registers(RegisterKind::stage_flag, chunk * boundaries, 1);
  registers(RegisterKind::handshake, kHandshakeSignals, 1);
  registers(RegisterKind::write_lane, 1, control.lane_bits);
  registers(RegisterKind::passed_word, by_lane ? lanes * boundaries : 0, widths.activation_bits,
            boundaries);
  registers(RegisterKind::pooled_word, needs.fuses ? lanes : 0, widths.activation_bits);
  // One event would clock none of them: a prediction changes no entry.
  registers(RegisterKind::codebook_entry, looks_up ? widths.codebook_entries() : 0,
            widths.weight_bits, 0);

  if (point.reads_ahead()) {
    // A word passes a place of the queue and its head (assumption: one that finds the queue empty
    // goes to the head alone, and is paid for like the others). It goes with its index, whether it
    // is kept, and whether it is the last of its group.
    const int index_bits = control.input_bits + 2;
    const int places = point.read_ahead_words - 1;
    registers(RegisterKind::queued_word, places, widths.activation_bits, places > 0 ? 1 : 0);
    registers(RegisterKind::queued_index, places + 1, index_bits, places > 0 ? 2 : 1);
    // A shifter closes the gaps of a chunk, another one turns it to the next places, and the head
    // takes from any place or from F1 (assumption: a synthesis does no better).
    const int shifter = point.activation_bandwidth * levels_to(point.activation_bandwidth);
    units(UnitKind::queue_multiplexer, 2 * shifter + places, widths.activation_bits + index_bits);
  }

  const auto memory = [&](MemoryKind kind, int copies, int banks, std::int64_t words, int bits) {
    structure.memories[static_cast<std::size_t>(kind)] = {copies, banks, words, words, bits, 1};
  };
  memory(MemoryKind::weights, lanes, structure.weight_halves() * weight_banks, needs.weight_rows,
         widths.stored_weight_bits());
  if (point.weight_bank_words > 0) {
    structure.memories[static_cast<std::size_t>(MemoryKind::weights)].words =
        point.weight_bank_words;
  }
  memory(MemoryKind::biases, lanes, 1, needs.bias_rows, widths.product_bits);
  memory(MemoryKind::inputs, 1, point.activation_bandwidth,
         rows_for(needs.input_words, point.activation_bandwidth), widths.activation_bits);
  const int activation_banks = point.activation_banks_per_half();
  memory(MemoryKind::activations, needs.regions, activation_banks,
         rows_for(needs.activation_words, activation_banks), widths.activation_bits);
  return structure;
}

int MachineStructure::operation_word_bits() const {
  constexpr int kFlags = 5;  // of a unit, the layer and a fused pool's window
  constexpr int kKindBits = 2;
  return kFlags + kKindBits + control.accumulator_index_bits() + control.words_bits +
         control.lane_bits + address_bits(of(MemoryKind::biases).words) + control.address_bits;
}

int MachineStructure::unit_word_bits() const {
  constexpr int kFlags = 2;  // of a fused pool's window
  return kFlags + control.accumulator_index_bits() + control.words_bits + control.lane_bits +
         control.address_bits;
}

namespace {

/// Of a machine that walks through maps, in the order of sequencer.v and write_control.v.
int control_bits_of_maps(const MachineStructure& s) {
  constexpr int kPlaces = 3;    // this one, the tile's and the span's first one
  constexpr int kChannels = 4;  // the unit's first one, its group, those that are left, added ones
  constexpr int kFlags = 4;     // hold, take, write, issued the last chunk
  const ControlWidths& control = s.control;
  const int weight_row = address_bits(s.of(MemoryKind::weights).words);
  const int weight_bank = address_bits(s.pipeline.weight_banks);
  const int walk = kSequencerFlags + 2 * control.layer_bits + kPlaces * s.place_word_bits() +
                   control.accumulator_index_bits() + kChannels * control.channel_bits +
                   control.lane_bits + weight_row + address_bits(s.of(MemoryKind::biases).words) +
                   2 * control.address_bits;
  const int stages = s.of(RegisterKind::operation).count;
  // The first word is counted by the walk, and goes with the chunk to M1.
  const int operations = stages * (1 + s.operation_word_bits()) + 3 * control.passed_word_bits;
  const int writes = s.pipeline.accumulators * s.unit_word_bits() +
                     bits_to_count(s.pipeline.accumulators) + kFlags + control.words_bits +
                     2 * control.lane_bits + control.address_bits;
  // Row and bank of a chunk's weights, of the one that F1 reads and of F2's.
  return walk + operations + writes + 2 * (weight_row + weight_bank);
}

}  // namespace

int MachineStructure::control_register_bits() const {
  if (control.walks_maps()) return control_bits_of_maps(*this);
  const MemoryArray& weights = of(MemoryKind::weights);
  const MemoryArray& inputs = of(MemoryKind::inputs);
  const MemoryArray& activations = of(MemoryKind::activations);
  const bool reads_ahead = pipeline.queue_words > 0;
  const int fetched = reads_ahead ? pipeline.words_per_cycle : pipeline.inputs_per_cycle;
  // Where chunks fill rows of banks, every chunk begins in bank 0.
  const auto first_bank_bits = [&](int banks, int words) {
    return banks == words ? 0 : address_bits(banks);
  };
  // First place that is taken, and how many are.
  const int queue =
      reads_ahead ? address_bits(pipeline.queue_words) + bits_to_count(pipeline.queue_words) : 0;
  // F1 is a layer ahead of the others.
  const int counters = 2 * control.layer_bits + control.group_bits + control.input_bits +
                       control.position_bits + control.accumulator_bits;
  const int flags = kOperationFlags * of(RegisterKind::operation).count;
  // Weights have the first row of the group's neurons besides; WB addresses activations, too.
  const int addresses = 2 * address_bits(weights.words) +
                        first_bank_bits(pipeline.weight_banks, pipeline.inputs_per_cycle) +
                        address_bits(of(MemoryKind::biases).words) + address_bits(inputs.words) +
                        first_bank_bits(inputs.banks_per_copy, fetched) +
                        2 * address_bits(activations.words) +
                        first_bank_bits(activations.banks_per_copy, fetched) +
                        address_bits(activations.banks_per_copy);
  const int writes = kWriteFlags + control.words_bits +
                     (pipeline.write_ports < pipeline.lanes ? control.lane_bits : 0);
  return counters + flags + kSequencerFlags + addresses + writes + queue;
}

std::int64_t weight_words_per_bank(const MachineNetwork& network, const DesignPoint& point) {
  const int banks = point.weight_banks_per_lane();
  std::int64_t words = 0;
  for (int k = 0; k < network.layers(); ++k) {
    const LayerFacts& layer = network.facts(k);
    if (point.streams_weights()) {
      words = std::max<std::int64_t>(words, rows_for(layer.inputs, banks));
    } else {
      words += weight_rows_of_layer(layer.inputs, layer.channels, point.lanes, banks);
    }
  }
  return words;
}

namespace {

/// Which layers of a network of maps do not fit, and what they need; empty for a dense chain.
std::string layers_beyond(const MachineNetwork& network, const DesignPoint& point) {
  if (network.graph().is_dense_chain() || point.streams_weights()) return "";
  std::string text;
  std::int64_t left = point.weight_bank_words;
  for (int k = 0; k < network.layers(); ++k) {
    const LayerFacts& layer = network.facts(k);
    const std::int64_t rows = weight_rows_of_layer(layer.inputs, layer.channels, point.lanes,
                                                   point.weight_banks_per_lane());
    left -= rows;
    if (left >= 0 || rows == 0) continue;
    text += (text.empty() ? "; beyond them are " : ", ") + layer_name(network.graph().layer(k), k) +
            " with " + std::to_string(rows);
  }
  return text;
}

}  // namespace

void check_read_ahead(const MachineNetwork& network, const DesignPoint& point) {
  if (!point.reads_ahead()) return;
  const LayerGraph& graph = network.graph();
  if (graph.is_dense_chain()) return;
  std::string other = "shortcuts";
  for (int k = graph.layers(); k-- > 0;) {
    if (graph.layer(k).kind != GraphLayerKind::dense) other = layer_text(graph.layer(k), k);
  }
  throw UserError("design.read_ahead_words", std::to_string(point.read_ahead_words),
                  "needs a chain of dense layers, whose inputs one queue passes to all neurons; "
                  "the network has " +
                      other);
}

void refuse_read_ahead(const DesignPoint& point, const std::string& what) {
  if (!point.reads_ahead()) return;
  throw UserError("design.read_ahead_words", std::to_string(point.read_ahead_words),
                  "needs 0 for " + what);
}

void refuse_batches(const DesignPoint& point, const std::string& what) {
  if (!point.runs_batches()) return;
  throw UserError("design.batch_size", std::to_string(point.batch_size), "needs 1 for " + what);
}

void check_weight_banks(const MachineNetwork& network, const DesignPoint& point) {
  if (point.weight_bank_words == 0) return;
  const std::int64_t words = weight_words_per_bank(network, point);
  if (words <= point.weight_bank_words) return;
  throw UserError(
      "design.weight_bank_words", std::to_string(point.weight_bank_words),
      "cannot hold the network " + to_string(network) + ", which needs " + std::to_string(words) +
          " words in each bank of " + std::to_string(point.lanes) + " lanes x " +
          std::to_string(point.weight_banks_per_lane()) + " banks" + layers_beyond(network, point));
}

}  // namespace minerva
