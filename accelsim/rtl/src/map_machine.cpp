#include "map_machine.hpp"

#include <algorithm>

namespace minerva {
namespace {

/// Fraction of what A takes.
int result_fraction(const GraphLayer& layer, const LayerFormats& formats) {
  return layer.has_weights() ? formats.product.fraction_bits
                             : formats.activation.fraction_bits + divisor_shift(layer);
}

}  // namespace

MapMachine::MapMachine(const QuantizedGraph& graph_network, const MachineConfiguration& machine,
                       const RtlOptions& rtl_options)
    : RtlArray{graph_network, machine, structure_of(machine),
               LaneMemoryLayout(machine.network, machine.point), rtl_options},
      network(graph_network) {
  const LayerGraph& graph = network.graph;
  const QuantizationPlan plan = network.plan();
  std::vector<int> product_shifts;
  std::vector<int> result_shifts;
  // A pool multiplies nothing, and the output layer rounds nothing: they have the settings of
  // another layer.
  const auto weighted = [&](int k) {
    while (!graph.layer(k).has_weights() && k > 0) --k;
    while (!graph.layer(k).has_weights() && k + 1 < graph.layers()) ++k;
    return k;
  };
  int most_shift = 0;
  for (int k = 0; k < graph.layers(); ++k) {
    const LayerFormats& formats = network.layer(weighted(k)).formats;
    weight_most.push_back(largest_stored(formats));
    product.most.push_back(formats.product.max_code());
    product_shifts.push_back(formats.weight.fraction_bits + formats.activation.fraction_bits -
                             formats.product.fraction_bits);
    const int rounds = std::min(k, std::max(0, graph.layers() - 2));
    const QFormat written = graph.layers() == 1
                                ? network.layer(0).formats.activation
                                : network.layer(format_owner(graph, rounds + 1)).formats.activation;
    result.most.push_back(written.max_code());
    result_shifts.push_back(result_fraction(graph.layer(rounds), network.layer(rounds).formats) -
                            written.fraction_bits);
    if (graph.layer(k).added) most_shift = std::max(most_shift, added_shift(graph, plan, k));
    rotates = rotates || machine.network.facts(k).groups > 1;
  }
  settle_shifts(product_shifts, product);
  settle_shifts(result_shifts, result);
  address_bits = structure.control.address_bits;
  channel_bits = structure.control.channel_bits;
  pool_bits = structure.control.pool_bits;
  added_shift_bits = bits_to_count(most_shift);
}

int MapMachine::region_bits() const {
  return bits_to_count(std::max(1, structure.of(MemoryKind::activations).copies - 1));
}

int MapMachine::operation_bits() const {
  // With what only waveforms read.
  return structure.operation_word_bits() + structure.control.input_bits +
         structure.control.group_bits + position_bits();
}

int MapMachine::unit_bits() const { return structure.unit_word_bits(); }

int MapMachine::off_chip_address_bits() const {
  return streams() ? bits_to_count(network.graph.weight_count()) : 1;
}

int MapMachine::place_bits() const { return structure.place_word_bits(); }

std::string map_parameters_text(const MapMachine& m) {
  const MachineNetwork& network = m.configuration.network;
  Parameters p = array_parameters(m, m.product, m.result, m.weight_most, m.rotates ? m.lanes() : 1);
  p.heading("Networks of maps.");
  p.add("FETCH", m.fetch_words(), "words that F1 reads at most");
  p.add("WORDS_PER_CYCLE", m.structure.pipeline.words_per_cycle, "of an added tensor");
  p.add("ACCUMULATORS", m.accumulators(), "of a lane: positions that a weight read serves");
  p.add("ACCUMULATOR_INDEX_BITS", m.index_bits());
  p.add("QUEUE_BITS", bits_to_count(m.accumulators()), "of a number of full accumulators");
  p.add("PASSES", network.pools() || network.adds() ? 1 : 0, "some layer pools or adds a tensor");
  p.add("FUSES", network.fuses() ? 1 : 0, "some pool is fused");
  p.add("ROTATES", m.rotates ? 1 : 0, "units of channels begin in other lanes than lane 0");
  p.add("ADDED_SHIFT_BITS", m.added_shift_bits);
  p.add("REGION_BITS", m.region_bits());
  p.add("ADDRESS_BITS", m.address_bits, "of a word of a tensor, in two's complement");
  p.add("CHANNEL_BITS", m.channel_bits);
  p.add("POSITION_BITS", m.position_bits());
  p.add("POOL_BITS", m.pool_bits, "of a row or column of a fused pool's window");
  p.add("OPERATION_BITS", m.operation_bits(), "of what moves with a chunk (operation.v)");
  p.add("UNIT_BITS", m.unit_bits(), "of a full unit (write_control.v)");
  p.add("BATCH_SIZE", m.structure.pipeline.batch_size, "predictions that run together");
  p.add("ONE_PLACE_BITS", m.structure.one_place_word_bits(), "of a position of one prediction");
  p.add("PLACE_BITS", m.place_bits(), "of a position (position.v)");
  p.heading("Weights from off chip.");
  const std::int64_t stored = m.streams() ? m.network.graph.weight_count() : 0;
  p.add("OFF_CHIP_WIDTH", std::max(1, m.structure.pipeline.stream_words), "words of the port");
  p.add("OFF_CHIP_WORDS", std::max<std::int64_t>(1, stored), "stored");
  p.add("OFF_CHIP_ADDRESS_BITS", m.off_chip_address_bits());
  p.heading("Kinds of chunks.");
  p.add_line("localparam WEIGHTED = 0, ADDED = 1, POOLED = 2;");
  return p.take();
}

}  // namespace minerva
