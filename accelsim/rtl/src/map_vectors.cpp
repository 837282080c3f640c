#include <algorithm>
#include <cmath>

#include "map_machine.hpp"
#include "minerva/accelsim/bank_activity.hpp"
#include "minerva/accelsim/batches.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/memory_files.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "rtl_vectors.hpp"

namespace minerva {
namespace {

/// The channels that A takes together, in the order of docs/machine.md: the positions of a span
/// pass one unit of channels before the next.
struct TakenUnit {
  int position = 0;  ///< of the batch, in the order in which they are computed
  int first_channel = 0;
  int channels = 0;
};

std::vector<TakenUnit> taken_units(const LayerFacts& layer, const LanePipeline& pipeline) {
  const int span = span_positions(layer, pipeline);
  const PositionRuns runs = position_runs(layer, pipeline);
  const LayerUnits shape = units_of(layer, pipeline);
  std::vector<TakenUnit> units;
  for (int run = 0; run < runs.runs; ++run) {
    const int run_end = (run + 1) * runs.positions;
    for (int first = run * runs.positions; first < run_end; first += span) {
      const int end = std::min(first + span, run_end);
      int channel = 0;
      for (int i = 0; i < shape.of_position(); ++i) {
        const bool last_of_group = i % (shape.full_units + 1) == shape.full_units;
        const int channels = (last_of_group ? shape.last : shape.full).channels;
        for (int position = first; position < end; ++position) {
          units.push_back({position, channel, channels});
        }
        channel += channels;
      }
    }
  }
  return units;
}

/// Sums that A takes and words that WB writes of one batch, in their order.
struct Expected {
  std::string sums;
  std::string words;
  std::string places;
  std::int64_t sum_count = 0;
  std::int64_t word_count = 0;
};

void expect_layer(const MapMachine& m, int k, const std::vector<GraphTrace>& batch,
                  Expected& expected) {
  const LayerGraph& graph = m.network.graph;
  const LayerFacts& facts = m.configuration.network.facts(k);
  const TensorShape& shape = graph.layer(k).output;
  const std::vector<Position> positions = computed_positions(graph, k);
  const int sum_bits = m.structure.widths.accumulator_bits;
  const int result_bits = m.structure.of(RegisterKind::result).bits;
  const int pool = fused_pool(graph, k);
  const auto at = static_cast<std::size_t>(k);
  const auto written = static_cast<std::size_t>(pool < 0 ? k + 1 : pool + 1);
  for (const TakenUnit& unit : taken_units(facts, m.structure.pipeline)) {
    const auto prediction = static_cast<std::size_t>(unit.position / facts.positions);
    const GraphTrace& trace = batch[prediction];
    const int of_prediction = unit.position % facts.positions;
    const Position& position = positions[static_cast<std::size_t>(of_prediction)];
    const bool ends_window = unit.position % facts.pooled == facts.pooled - 1;
    for (int c = unit.first_channel; c < unit.first_channel + unit.channels; ++c) {
      const std::size_t word = storage_word(shape, position.y, position.x, c);
      append_word(expected.sums, trace.accumulators[at][word], sum_bits);
      ++expected.sum_count;
      if (!ends_window) continue;
      const std::size_t place =
          pool < 0 ? word
                   : static_cast<std::size_t>(of_prediction / facts.pooled * facts.channels + c);
      append_word(expected.words,
                  facts.is_last ? trace.accumulators[at][word]
                                : std::int64_t{trace.tensors[written][place]},
                  result_bits);
      const std::size_t tensor = prediction * static_cast<std::size_t>(facts.output_words);
      append_word(expected.places, static_cast<std::int64_t>(tensor + place), 32);
      ++expected.word_count;
    }
  }
}

}  // namespace

std::vector<ExportedFile> map_vector_files(const MapMachine& m,
                                           const std::vector<std::vector<std::int16_t>>& inputs) {
  const LayerGraph& graph = m.network.graph;
  const DesignPoint& point = m.configuration.point;
  std::vector<BankActivity> activity(m.network.layers.size());
  for (int k = 0; k < graph.layers(); ++k) {
    activity[static_cast<std::size_t>(k)].kept_inputs.resize(
        static_cast<std::size_t>(graph.layer(k).groups) *
        static_cast<std::size_t>(point.weight_banks_per_lane()));
  }
  Expected expected;
  std::string rows, classes, cycles, accesses;
  std::int64_t sums = 0;
  std::int64_t words = 0;
  const auto of_one = static_cast<std::size_t>(graph.inputs());
  const std::vector<std::vector<std::int16_t>> batches = batches_of(inputs, point.batch_size);
  for (const std::vector<std::int16_t>& inputs_of_batch : batches) {
    throw_if_interrupted();
    rows += input_rows(inputs_of_batch, m.structure.of(MemoryKind::inputs));
    std::vector<GraphTrace> batch;
    for (std::size_t first = 0; first < inputs_of_batch.size(); first += of_one) {
      batch.push_back(trace_graph(m.network, inputs_of_batch.data() + first));
      append_word(classes, batch.back().predicted_class, 32);
    }
    expected.sum_count = expected.word_count = 0;
    expected.places.clear();
    for (int k = 0; k < graph.layers(); ++k) {
      if (is_fused(graph, k)) continue;
      expect_layer(m, k, batch, expected);
      TensorsOfBatch tensors;
      for (const GraphTrace& trace : batch) {
        tensors.push_back(&trace.tensors[static_cast<std::size_t>(graph.layer(k).reads)]);
      }
      add_bank_activity(graph, k, m.network.layer(k), tensors, point.positions_per_weight,
                        activity[static_cast<std::size_t>(k)]);
    }
    sums = expected.sum_count;
    words = expected.word_count;
  }
  const MachineNetwork& network = m.configuration.network;
  append_cycles(count_cycles(network, point), m.streams(), cycles);
  const std::int64_t counts = append_accesses(
      count_bank_accesses(network, point, activity, static_cast<std::int64_t>(inputs.size())),
      m.streams(), accesses);
  const std::string parameters =
      (m.streams() ? "`define STREAMS_WEIGHTS\n" : "") +
      bench_parameter("SAMPLES", static_cast<std::int64_t>(batches.size()),
                      "predictions, or batches of them") +
      bench_parameter("OUTPUTS", graph.outputs(), "words of a prediction") +
      bench_parameter("SUMS", sums, "that A takes in a prediction, or a batch") +
      bench_parameter("WORDS", words, "that WB writes in a prediction, or a batch") +
      bench_parameter("ACCESSES", counts, "numbers in expected_accesses.hex") +
      bench_parameter("EXPECTED_CYCLES", total_cycles(network, point),
                      "of a prediction, or a batch") +
      clock_parameter(point);
  return {{"bench_parameters.vh", parameters},      {"inputs.hex", rows},
          {"expected_sums.hex", expected.sums},     {"expected_words.hex", expected.words},
          {"expected_places.hex", expected.places}, {"expected_classes.hex", classes},
          {"expected_cycles.hex", cycles},          {"expected_accesses.hex", accesses}};
}

}  // namespace minerva
