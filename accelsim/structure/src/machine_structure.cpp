#include "minerva/accelsim/machine_structure.hpp"

#include <algorithm>
#include <string>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

/// Bits of a register that counts from 0 to `most`.
int bits_for(int most) {
  int bits = 1;
  for (; most > 1; most >>= 1) ++bits;
  return bits;
}

constexpr const char* kUnitNames[] = {
    "multiplier",    "saturation multiplexer", "tree adder", "accumulator adder",
    "rectifier",     "rounding adder",         "comparator", "mask multiplexer",
    "fault detector"};
static_assert(sizeof kUnitNames / sizeof *kUnitNames == kUnitKinds, "one name each");

constexpr const char* kMemoryNames[] = {"weights", "biases", "inputs", "activations"};
static_assert(sizeof kMemoryNames / sizeof *kMemoryNames == kMemoryKinds, "one name each");

/// Bits of an operation besides its indices: valid, first, last, last of its layer.
constexpr int kOperationFlags = 4;
/// hold, take, write and next layer.
constexpr int kHandshakeSignals = 4;

/// What the networks of a machine need at most.
struct Needs {
  std::int64_t weight_rows = 0;
  std::int64_t bias_rows = 0;
  int activation_words = 0;
  int input_words = 0;
  int most_inputs = 0;   ///< of a layer
  int most_neurons = 0;  ///< of a layer

  void hold(const Topology& topology, int lanes, int weight_banks) {
    std::int64_t weights = 0;
    std::int64_t biases = 0;
    const int layers = topology.layers();
    for (int k = 0; k < layers; ++k) {
      const int n_in = topology.fan_in(k);
      const int n_out = topology.fan_out(k);
      const int groups = groups_of_layer(n_out, lanes);
      biases += groups;
      weights += std::int64_t{groups} * rows_for(n_in, weight_banks);
      if (k > 0) activation_words = std::max(activation_words, n_in);
      most_inputs = std::max(most_inputs, n_in);
      most_neurons = std::max(most_neurons, n_out);
    }
    weight_rows = std::max(weight_rows, weights);
    bias_rows = std::max(bias_rows, biases);
    input_words = std::max(input_words, topology.inputs());
  }
};

Needs needs_of(const MachineConfiguration& configuration) {
  const int lanes = configuration.point.lanes;
  const int banks = configuration.point.weight_banks_per_lane();
  Needs needs;
  needs.hold(configuration.topology, lanes, banks);
  for (const Topology& other : configuration.also_for) needs.hold(other, lanes, banks);
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
  structure.control = {bits_for(kMaxLayers), bits_for(needs.most_neurons),
                       bits_for(needs.most_inputs), bits_for(lanes - 1)};

  const auto units = [&](UnitKind kind, int count, int bits, int other_bits = 0) {
    structure.units[static_cast<std::size_t>(kind)] = {count, bits, other_bits};
  };
  units(UnitKind::multiplier, multipliers, widths.weight_bits, widths.activation_bits);
  units(UnitKind::saturation_multiplexer, multipliers, widths.product_bits);
  // A tree that adds n products has n - 1 adders.
  units(UnitKind::tree_adder, multipliers - lanes, widths.accumulator_bits);
  units(UnitKind::accumulator_adder, lanes, widths.accumulator_bits);
  units(UnitKind::rectifier, lanes, widths.accumulator_bits);
  units(UnitKind::rounding_adder, lanes, widths.accumulator_bits);
  units(UnitKind::comparator, configuration.has_comparator() ? chunk : 0, widths.activation_bits);
  const bool masked = configuration.mitigation.masking != Masking::none;
  units(UnitKind::mask_multiplexer, masked ? lanes * chunk : 0, widths.weight_bits);
  const bool detected = configuration.mitigation.detector != Detector::none;
  units(UnitKind::fault_detector, detected ? lanes * weight_banks : 0, widths.weight_bits);

  const auto registers = [&](RegisterKind kind, int count, int bits, int clocked_by_event = 1) {
    structure.registers[static_cast<std::size_t>(kind)] = {count, bits, clocked_by_event};
  };
  registers(RegisterKind::fetched_word, chunk, widths.activation_bits);
  registers(RegisterKind::fetched_flag, chunk, 1);
  registers(RegisterKind::multiply_word, chunk, widths.activation_bits);
  registers(RegisterKind::multiply_flag, chunk, 1);
  registers(RegisterKind::weight, lanes * chunk, widths.weight_bits);
  registers(RegisterKind::product, lanes * chunk * boundaries, widths.product_bits, boundaries);
  registers(RegisterKind::accumulator, lanes, widths.accumulator_bits);
  // A word of a hidden layer, or an accumulator of the output layer.
  registers(RegisterKind::result, lanes, std::max(widths.accumulator_bits, widths.activation_bits));
  const ControlWidths& control = structure.control;
  registers(RegisterKind::operation, 1 + point.multiplier_stages,
            kOperationFlags + control.group_bits + control.input_bits);
  registers(RegisterKind::stage_flag, chunk * boundaries, 1);
  registers(RegisterKind::handshake, kHandshakeSignals, 1);
  registers(RegisterKind::write_lane, 1, control.lane_bits);

  const auto memory = [&](MemoryKind kind, int copies, int banks, std::int64_t words, int bits) {
    structure.memories[static_cast<std::size_t>(kind)] = {copies, banks, words, words, bits, 1};
  };
  memory(MemoryKind::weights, lanes, weight_banks, needs.weight_rows, widths.weight_bits);
  if (point.weight_bank_words > 0) {
    structure.memories[static_cast<std::size_t>(MemoryKind::weights)].words =
        point.weight_bank_words;
  }
  memory(MemoryKind::biases, lanes, 1, needs.bias_rows, widths.product_bits);
  memory(MemoryKind::inputs, 1, point.activation_bandwidth,
         rows_for(needs.input_words, point.activation_bandwidth), widths.activation_bits);
  const int activation_banks = point.activation_banks_per_half();
  memory(MemoryKind::activations, 2, activation_banks,
         rows_for(needs.activation_words, activation_banks), widths.activation_bits);
  return structure;
}

std::int64_t weight_words_per_bank(const Topology& topology, const DesignPoint& point) {
  const int banks = point.weight_banks_per_lane();
  std::int64_t words = 0;
  for (int k = 0; k < topology.layers(); ++k) {
    words += weight_rows_of_layer(topology.fan_in(k), topology.fan_out(k), point.lanes, banks);
  }
  return words;
}

void check_weight_banks(const Topology& topology, const DesignPoint& point) {
  if (point.weight_bank_words == 0) return;
  const std::int64_t words = weight_words_per_bank(topology, point);
  if (words <= point.weight_bank_words) return;
  throw UserError("design.weight_bank_words", std::to_string(point.weight_bank_words),
                  "cannot hold the network " + to_string(topology) + ", which needs " +
                      std::to_string(words) + " words in each bank of " +
                      std::to_string(point.lanes) + " lanes x " +
                      std::to_string(point.weight_banks_per_lane()) + " banks");
}

}  // namespace minerva
