#include <numeric>

#include "map_machine.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

/// `choice` with a width of its own for each column, all of one module.
std::string table_text(const std::string& module, const std::string& comment,
                       const std::vector<TableColumn>& columns) {
  std::string text = "\n// " + comment + "\nmodule " + module + " (\n  layer";
  for (const TableColumn& column : columns) text += std::string(",\n  ") + column.name;
  text +=
      "\n);\n`include \"machine_parameters.vh\"\n"
      "  input  wire [LAYER_BITS-1:0] layer;\n";
  for (const TableColumn& column : columns) {
    const std::string range =
        *column.bits_parameter == '\0' ? "" : "[" + std::string(column.bits_parameter) + "-1:0] ";
    std::string line = "  output wire " + range + column.name + ";";
    if (*column.comment != '\0') {
      if (line.size() < 56) line.resize(56, ' ');
      line += std::string("// ") + column.comment;
    }
    text += line + "\n";
  }
  for (const TableColumn& column : columns) text += choice(column.name, column.bits, column.values);
  return text + "endmodule\n";
}

/// Collects the columns, layer by layer.
class Tables {
 public:
  explicit Tables(const MapMachine& m) : m_(m), graph_(m.network.graph) {}

  std::string all() {
    std::string text = "// What the layers differ in. Layers count from 0.\n";
    for (int k = 0; k < graph_.layers(); ++k) {
      const LayerFormats& formats = m_.network.layer(k).formats;
      text += "//   " + std::to_string(k) + ": " + layer_name(graph_.layer(k), k) + ", X " +
              to_string(formats.activation);
      if (graph_.layer(k).has_weights()) {
        text += ", W " + to_string(formats.weight) + ", P " + to_string(formats.product);
      }
      text += "\n";
    }
    return text + order() + fetch() + position() + lane() + stream();
  }

 private:
  template <typename Value>
  std::vector<std::int64_t> of_each(Value value) const {
    std::vector<std::int64_t> values;
    for (int k = 0; k < graph_.layers(); ++k) values.push_back(value(k));
    return values;
  }
  const GraphLayer& layer(int k) const { return graph_.layer(k); }
  const LayerFacts& facts(int k) const { return m_.configuration.network.facts(k); }
  /// Words of the input that layer k reads from a row of it; a dense layer reads one row.
  std::int64_t row_words(int k) const {
    const GraphLayer& l = layer(k);
    if (l.kind == GraphLayerKind::dense) return l.input.size();
    return std::int64_t{l.input.width} * l.input.channels;
  }
  PositionRuns runs(int k) const { return position_runs(facts(k), m_.structure.pipeline); }
  bool by_pixel(int k) const {
    const GraphLayer& l = layer(k);
    return !l.has_weights() || l.groups > 1;
  }
  Window pool_of(int k) const {
    const int pool = fused_pool(graph_, k);
    return pool < 0 ? Window{} : layer(pool).window;
  }
  int last_pool_column(int k) const { return pool_of(k).width - 1; }
  int last_pool_row(int k) const { return pool_of(k).height - 1; }
  /// From the last column or row of a window to the first one of the next; windows of a fused pool
  /// may be apart.
  int to_next_window(int k) const { return pool_of(k).stride_x - last_pool_column(k); }
  int to_next_line(int k) const { return pool_of(k).stride_y - last_pool_row(k); }
  /// Windows of a row of computed positions.
  int last_window(int k) const {
    const int pool = fused_pool(graph_, k);
    return (pool < 0 ? layer(k) : layer(pool)).output.width - 1;
  }
  /// From a channel of a lane to the next one; each unit from off chip is in the same rows.
  std::int64_t neuron_rows(int k) const {
    return m_.streams() ? 0 : rows_for(facts(k).inputs, m_.layout.weight_banks());
  }
  int region(int tensor) const {
    return std::max(0, m_.configuration.network.region_of_tensor(tensor));
  }
  std::int64_t added_step(int k, int rows, int columns) const {
    const GraphLayer& l = layer(k);
    if (!l.added) return 0;
    const TensorShape& from = graph_.tensor(l.added.tensor);
    return (std::int64_t{rows} * l.added.stride_y * from.width +
            std::int64_t{columns} * l.added.stride_x) *
           from.channels;
  }
  /// Chunks of a segment of a layer that reads rows.
  std::int64_t last_offset(int k) const {
    const GraphLayer& l = layer(k);
    if (by_pixel(k)) return std::int64_t{l.window.width - 1} * l.input.channels;
    return std::int64_t{m_.structure.pipeline.chunks(l.segment_words()) - 1} * m_.chunk();
  }

  std::string order() {
    return table_text("layer_order", "Which layer follows: a fused pool takes no cycles.",
                      {{"next", "LAYER_BITS", m_.structure.control.layer_bits, "",
                        of_each([&](int k) { return k + (fused_pool(graph_, k) < 0 ? 1 : 2); })}});
  }

  std::string fetch() {
    const int address = m_.address_bits;
    const int channel = m_.channel_bits;
    const int words = m_.structure.control.words_bits;
    const LanePipeline& pipeline = m_.structure.pipeline;
    const int weight_row = address_bits(m_.structure.of(MemoryKind::weights).words);
    const int bias_row = address_bits(m_.structure.of(MemoryKind::biases).words);
    const auto zero_unless = [&](bool condition, std::int64_t value) {
      return condition ? value : std::int64_t{0};
    };
    return table_text(
        "fetch_table", "For the sequencer and F1.",
        {{"weighted", "", 1, "the layer has weights",
          of_each([&](int k) { return layer(k).has_weights(); })},
         {"adds", "", 1, "an earlier tensor", of_each([&](int k) { return facts(k).adds; })},
         {"by_pixel", "", 1, "a segment is a pixel, not a row of the window",
          of_each([&](int k) { return by_pixel(k); })},
         {"reads_inputs", "", 1, "", of_each([&](int k) { return facts(k).reads_input; })},
         {"adds_inputs", "", 1, "", of_each([&](int k) { return facts(k).adds_input; })},
         {"read_region", "REGION_BITS", m_.region_bits(), "of the activation memory",
          of_each([&](int k) { return region(layer(k).reads); })},
         {"added_region", "REGION_BITS", m_.region_bits(), "",
          of_each([&](int k) { return layer(k).added ? region(layer(k).added.tensor) : 0; })},
         {"last_position", "POSITION_BITS", m_.position_bits(), "",
          of_each([&](int k) { return runs(k).runs * runs(k).positions - 1; })},
         {"last_of_prediction", "POSITION_BITS", m_.position_bits(), "",
          of_each([&](int k) { return facts(k).positions - 1; })},
         {"spans_batch", "", 1, "spans and tiles lie in a batch, else in a prediction",
          of_each([&](int k) { return layer(k).kind == GraphLayerKind::dense; })},
         {"last_of_span", "POSITION_BITS", m_.position_bits(), "positions that pass all units",
          of_each([&](int k) {
            return std::min(span_positions(facts(k), pipeline), runs(k).positions) - 1;
          })},
         {"all_channels", "CHANNEL_BITS", channel, "",
          of_each([&](int k) { return facts(k).channels; })},
         {"group_channels", "CHANNEL_BITS", channel, "that read the same channels",
          of_each([&](int k) {
            return layer(k).has_weights() ? facts(k).channels_of_group : facts(k).channels;
          })},
         {"unit_channels", "CHANNEL_BITS", channel, "of a unit at most", of_each([&](int k) {
            return layer(k).has_weights() ? pipeline.lanes : pipeline.lane_words();
          })},
         {"first_row", "ADDRESS_BITS", address, "word of the first window's row",
          of_each([&](int k) { return -layer(k).window.top * row_words(k); })},
         {"row_limit", "ADDRESS_BITS", address, "behind the rows",
          of_each([&](int k) { return std::int64_t{layer(k).input.size()}; })},
         {"first_column", "ADDRESS_BITS", address, "word in its row", of_each([&](int k) {
            return -std::int64_t{layer(k).window.left} * layer(k).input.channels;
          })},
         {"column_limit", "ADDRESS_BITS", address, "words of a row",
          of_each([&](int k) { return row_words(k); })},
         {"offset_step", "ADDRESS_BITS", address, "from chunk to chunk of a row",
          of_each([&](int k) {
            return by_pixel(k) ? layer(k).input.channels : std::int64_t{m_.chunk()};
          })},
         {"last_offset", "ADDRESS_BITS", address, "",
          of_each([&](int k) { return last_offset(k); })},
         {"segment_step", "ADDRESS_BITS", address, "from row to row of the window",
          of_each([&](int k) { return row_words(k); })},
         {"last_segment", "ADDRESS_BITS", address, "", of_each([&](int k) {
            return layer(k).kind == GraphLayerKind::dense
                       ? std::int64_t{0}
                       : (layer(k).window.height - 1) * row_words(k);
          })},
         {"channel_offset", "ADDRESS_BITS", address, "of the added tensor",
          of_each([&](int k) { return layer(k).added.channel_offset; })},
         {"added_channels", "ADDRESS_BITS", address, "", of_each([&](int k) {
            return layer(k).added ? graph_.tensor(layer(k).added.tensor).channels : 0;
          })},
         {"chunk_words", "WORDS_BITS", words, "that meet weights",
          of_each([&](int k) { return by_pixel(k) ? 1 : m_.chunk(); })},
         {"last_words", "WORDS_BITS", words, "of a segment's last chunk", of_each([&](int k) {
            return by_pixel(k) ? std::int64_t{1} : layer(k).segment_words() - last_offset(k);
          })},
         {"first_weight_row", "WEIGHT_ROW_BITS", weight_row, "", of_each([&](int k) {
            // Each unit that comes from off chip begins in the first row of a half.
            return zero_unless(layer(k).has_weights() && !m_.streams(),
                               m_.layout.first_weight_row(k));
          })},
         {"neuron_rows", "WEIGHT_ROW_BITS", weight_row, "of a channel in a weight bank",
          of_each([&](int k) { return neuron_rows(k); })},
         {"first_bias_row", "BIAS_ROW_BITS", bias_row, "", of_each([&](int k) {
            return zero_unless(layer(k).has_weights(), m_.layout.first_bias_row(k));
          })},
         {"last_pool_row", "POOL_BITS", m_.pool_bits, "of a fused pool's window",
          of_each([&](int k) { return last_pool_row(k); })},
         {"last_pool_column", "POOL_BITS", m_.pool_bits, "",
          of_each([&](int k) { return last_pool_column(k); })},
         {"threshold", "ACTIVATION_BITS", m_.structure.widths.activation_bits,
          "a code; 0: no word is skipped", of_each([&](int k) {
            return layer(k).has_weights() ? m_.network.layer(k).theta_code : 0;
          })}});
  }

  std::string position() {
    const int address = m_.address_bits;
    const auto stride_x = [&](int k) {
      return std::int64_t{layer(k).window.stride_x} * layer(k).input.channels;
    };
    const auto stride_y = [&](int k) { return layer(k).window.stride_y * row_words(k); };
    return table_text(
        "position_table", "Steps from a position to the next one, in words (position.v).",
        {{"last_pool_column", "POOL_BITS", m_.pool_bits, "of a fused pool's window",
          of_each([&](int k) { return last_pool_column(k); })},
         {"last_pool_row", "POOL_BITS", m_.pool_bits, "",
          of_each([&](int k) { return last_pool_row(k); })},
         {"last_window", "POSITION_BITS", m_.position_bits(), "of a row",
          of_each([&](int k) { return last_window(k); })},
         {"column_step", "ADDRESS_BITS", address, "", of_each(stride_x)},
         {"column_back", "ADDRESS_BITS", address, "to the window's first column",
          of_each([&](int k) { return last_pool_column(k) * stride_x(k); })},
         {"window_step", "ADDRESS_BITS", address, "to the next window",
          of_each([&](int k) { return to_next_window(k) * stride_x(k); })},
         {"first_column", "ADDRESS_BITS", address, "", of_each([&](int k) {
            return -std::int64_t{layer(k).window.left} * layer(k).input.channels;
          })},
         {"row_step", "ADDRESS_BITS", address, "", of_each(stride_y)},
         {"row_back", "ADDRESS_BITS", address, "to the window's first row",
          of_each([&](int k) { return last_pool_row(k) * stride_y(k); })},
         {"line_step", "ADDRESS_BITS", address, "to the next row of windows",
          of_each([&](int k) { return to_next_line(k) * stride_y(k); })},
         {"added_column", "ADDRESS_BITS", address, "of the added tensor: to the next column",
          of_each([&](int k) { return added_step(k, 0, 1); })},
         {"added_row", "ADDRESS_BITS", address, "to the next row of the window",
          of_each([&](int k) { return added_step(k, 1, -last_pool_column(k)); })},
         {"added_window", "ADDRESS_BITS", address, "to the next window",
          of_each([&](int k) { return added_step(k, -last_pool_row(k), to_next_window(k)); })},
         {"added_line", "ADDRESS_BITS", address, "to the next row of windows", of_each([&](int k) {
            const int last_column = last_window(k) * pool_of(k).stride_x + last_pool_column(k);
            return added_step(k, to_next_line(k), -last_column);
          })},
         {"written_step", "ADDRESS_BITS", address, "of the written tensor",
          of_each([&](int k) { return layer(k).channels; })},
         {"last_of_prediction", "POSITION_BITS", m_.position_bits(), "",
          of_each([&](int k) { return facts(k).positions - 1; })},
         {"first_row", "ADDRESS_BITS", address, "",
          of_each([&](int k) { return -layer(k).window.top * row_words(k); })},
         {"tensor_step", "ADDRESS_BITS", address, "to the next prediction",
          of_each([&](int k) { return std::int64_t{layer(k).input.size()}; })},
         {"added_prediction", "ADDRESS_BITS", address,
          "of the added tensor: to the next prediction", of_each([&](int k) {
            if (!layer(k).added) return std::int64_t{0};
            const Position last = computed_positions(graph_, k).back();
            return graph_.tensor(layer(k).added.tensor).size() - added_step(k, last.y, last.x);
          })}});
  }

  std::string lane() {
    const DatapathWidths& w = m_.structure.widths;
    const QuantizationPlan plan = m_.network.plan();
    return table_text(
        "lane_table", "For the lanes and what writes.",
        {{"neuron_rows", "WEIGHT_ROW_BITS",
          address_bits(m_.structure.of(MemoryKind::weights).words), "of a channel in a weight bank",
          of_each([&](int k) { return neuron_rows(k); })},
         {"written_region", "REGION_BITS", m_.region_bits(), "of the activation memory",
          of_each([&](int k) { return std::max(0, m_.configuration.network.region_written(k)); })},
         {"weighted_layer", "", 1, "", of_each([&](int k) { return layer(k).has_weights(); })},
         {"maximum", "", 1, "the layer takes maxima",
          of_each([&](int k) { return layer(k).kind == GraphLayerKind::max_pool; })},
         {"rectifies", "", 1, "A has a ReLU", of_each([&](int k) { return layer(k).relu; })},
         {"pool_start", "ACCUMULATOR_BITS", w.accumulator_bits, "of a pool's sum or maximum",
          of_each([&](int k) {
            return layer(k).kind == GraphLayerKind::max_pool
                       ? m_.network.layer(k).formats.activation.min_code()
                       : 0;
          })},
         {"added_shift", "ADDED_SHIFT_BITS", m_.added_shift_bits, "to the left",
          of_each(
              [&](int k) { return layer(k).added ? added_shift(m_.network.graph, plan, k) : 0; })},
         {"weight_most", "STORED_BITS", w.stored_weight_bits(), "largest word of the memory",
          m_.weight_most},
         {"product_align", "PRODUCT_ALIGN_BITS", bits_to_count(m_.product.align_most),
          "to the left, before the shift", widened(m_.product.align)},
         {"product_most", "PRODUCT_BITS", w.product_bits, "largest code of P", m_.product.most},
         {"result_align", "RESULT_ALIGN_BITS", bits_to_count(m_.result.align_most), "",
          widened(m_.result.align)},
         {"result_most", "ACTIVATION_BITS", w.activation_bits, "largest code of the next X",
          m_.result.most}});
  }

  /// Of weights from off chip; a machine that has them on chip has the module, and no use for it.
  std::string stream() {
    const LanePipeline& pipeline = m_.structure.pipeline;
    const auto units = [&](int k) { return units_of(facts(k), pipeline); };
    const auto is_read = [&](int k) { return layer(k).has_weights(); };
    std::int64_t first_word = 0;
    std::vector<std::int64_t> first_words;
    for (int k = 0; k < graph_.layers(); ++k) {
      first_words.push_back(m_.streams() ? first_word : 0);
      first_word += layer(k).weight_count();
    }
    return table_text(
        "stream_table", "For the weights that come from off chip (weight_stream.v).",
        {{"weighted", "", 1, "", of_each(is_read)},
         {"stays", "", 1, "both halves of the buffers hold the layer",
          of_each([&](int k) { return is_read(k) && units(k).of_position() <= 2; })},
         {"last_pass", "POSITION_BITS", m_.position_bits(), "through the layer's weights",
          of_each([&](int k) {
            return is_read(k) ? weight_passes(facts(k), units(k), pipeline) - 1 : 0;
          })},
         {"all_channels", "CHANNEL_BITS", m_.channel_bits, "",
          of_each([&](int k) { return facts(k).channels; })},
         {"group_channels", "CHANNEL_BITS", m_.channel_bits, "that read the same channels",
          of_each([&](int k) { return is_read(k) ? facts(k).channels_of_group : 1; })},
         {"last_input", "INPUT_BITS", m_.structure.control.input_bits, "of a channel",
          of_each([&](int k) { return is_read(k) ? facts(k).inputs - 1 : 0; })},
         {"first_word", "OFF_CHIP_ADDRESS_BITS", m_.off_chip_address_bits(), "", first_words}});
  }

  const MapMachine& m_;
  const LayerGraph& graph_;
};

}  // namespace

std::string map_tables_text(const MapMachine& machine) {
  return Tables(machine).all() + codebook_table_text(machine);
}

}  // namespace minerva
