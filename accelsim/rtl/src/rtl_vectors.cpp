#include "rtl_vectors.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/accelsim/bank_activity.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/memory_files.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/engine/fixed_engine.hpp"

namespace minerva {
namespace {

/// One word made of several, the first in the lowest bits, as hexadecimal digits.
std::string packed_row(const std::vector<std::int64_t>& words, int bits) {
  std::vector<bool> all;
  for (const std::int64_t word : words) {
    for (int bit = 0; bit < bits; ++bit) all.push_back((word >> bit & 1) != 0);
  }
  all.resize((all.size() + 3) / 4 * 4);
  std::string text;
  for (std::size_t at = all.size(); at > 0; at -= 4) {
    const int digit = (all[at - 1] ? 8 : 0) + (all[at - 2] ? 4 : 0) + (all[at - 3] ? 2 : 0) +
                      (all[at - 4] ? 1 : 0);
    text += "0123456789abcdef"[digit];
  }
  return text + "\n";
}

constexpr int kCountBits = 64;

void append_counts(const std::vector<std::int64_t>& counts, std::string& text) {
  for (const std::int64_t count : counts) append_word(text, count, kCountBits);
}

}  // namespace

std::string input_rows(const std::vector<std::int16_t>& input, const MemoryArray& memory) {
  std::string text;
  const int banks = memory.banks_per_copy;
  for (int row = 0; row < memory.words; ++row) {
    std::vector<std::int64_t> words;
    for (int bank = 0; bank < banks; ++bank) {
      const auto at = static_cast<std::size_t>(word_of(row, bank, banks));
      words.push_back(at < input.size() ? input[at] : 0);
    }
    text += packed_row(words, memory.word_bits);
  }
  return text;
}

void append_cycles(const std::vector<LayerCycles>& layers, bool streams_weights,
                   std::string& text) {
  for (const LayerCycles& layer : layers) {
    for (const std::int64_t count : {layer.fill, layer.issue, layer.stall, layer.drain}) {
      append_word(text, count, 32);
    }
    if (streams_weights) append_word(text, layer.weight_stall, 32);
  }
}

std::int64_t append_accesses(const BankAccesses& accesses, bool streams_weights,
                             std::string& text) {
  append_counts(accesses.weight_reads, text);
  if (streams_weights) append_counts(accesses.weight_writes, text);
  append_counts(accesses.bias_reads, text);
  append_counts(accesses.input_reads, text);
  append_counts(accesses.activation_reads, text);
  append_counts(accesses.activation_writes, text);
  return std::count(text.begin(), text.end(), '\n');
}

std::string bench_parameter(const char* name, std::int64_t value, const char* comment) {
  return std::string("  localparam ") + name + " = " + std::to_string(value) + ";  // " + comment +
         "\n";
}

std::string clock_parameter(const DesignPoint& point) {
  return bench_parameter("CLOCK_PERIOD_PS",
                         std::max<std::int64_t>(2, std::llround(point.clock_period_ns * 1000)),
                         "of the machine");
}

std::vector<ExportedFile> vector_files(const RtlMachine& m,
                                       const std::vector<std::vector<std::int16_t>>& inputs) {
  const Topology topology = m.network.topology();
  const DesignPoint& point = m.configuration.point;
  const DatapathWidths& widths = m.structure.widths;
  std::int64_t neurons = 0;
  for (const QuantizedLayer& layer : m.network.layers) neurons += layer.n_out;
  const std::int64_t hidden = neurons - m.network.layers.back().n_out;

  std::string rows, accumulators, activations, classes, cycles, accesses;
  std::vector<BankActivity> activity(m.network.layers.size());
  for (BankActivity& each : activity) {
    each.kept_inputs.resize(static_cast<std::size_t>(point.weight_banks_per_lane()));
  }
  for (const std::vector<std::int16_t>& input : inputs) {
    throw_if_interrupted();
    rows += input_rows(input, m.structure.of(MemoryKind::inputs));
    const FixedTrace trace = trace_prediction(m.network, input.data());
    for (std::size_t k = 0; k < m.network.layers.size(); ++k) {
      add_bank_activity(m.network.layers[k], trace.inputs[k], activity[k]);
      for (const std::int64_t sum : trace.accumulators[k]) {
        append_word(accumulators, sum, widths.accumulator_bits);
      }
      if (k == 0) continue;
      for (const std::int32_t code : trace.inputs[k]) {
        append_word(activations, code, widths.activation_bits);
      }
    }
    append_word(classes, trace.predicted_class, 32);
  }
  append_word(activations, 0, widths.activation_bits);  // the bench's array has one word more
  append_cycles(count_cycles(topology, point), false, cycles);
  const std::int64_t counts = append_accesses(
      count_bank_accesses(topology, point, activity, static_cast<std::int64_t>(inputs.size())),
      false, accesses);

  const std::int64_t total = total_cycles(topology, point);
  const std::string parameters =
      bench_parameter("SAMPLES", static_cast<std::int64_t>(inputs.size()), "predictions") +
      bench_parameter("NEURONS", neurons, "of all layers") +
      bench_parameter("HIDDEN_NEURONS", hidden, "of all but the last") +
      bench_parameter("ACCESSES", counts, "numbers in expected_accesses.hex") +
      bench_parameter("EXPECTED_CYCLES", total, "of a prediction") + clock_parameter(point);
  return {{"bench_parameters.vh", parameters},         {"inputs.hex", rows},
          {"expected_accumulators.hex", accumulators}, {"expected_activations.hex", activations},
          {"expected_classes.hex", classes},           {"expected_cycles.hex", cycles},
          {"expected_accesses.hex", accesses}};
}

}  // namespace minerva
