#include "rtl_parameters.hpp"

#include <algorithm>

#include "minerva/design/design_point.hpp"

namespace minerva {
bool RtlArray::has_faults() const {
  return std::any_of(stored.layers.begin(), stored.layers.end(),
                     [](const QuantizedLayer& layer) { return !layer.faulty_bits.empty(); });
}

Parameters array_parameters(const RtlArray& m, const RoundingSettings& product,
                            const RoundingSettings& result,
                            const std::vector<std::int64_t>& weight_most, int lane_addresses) {
  const MachineStructure& s = m.structure;
  const DatapathWidths& w = s.widths;
  const MemoryArray& weights = s.of(MemoryKind::weights);
  const MemoryArray& inputs = s.of(MemoryKind::inputs);
  const MemoryArray& activations = s.of(MemoryKind::activations);
  Parameters p;
  p.heading("The network " + to_string(m.configuration.network) + " on " +
            to_string(m.configuration.point) + ".");
  p.heading("The modules that include this file are of this machine; all others take parameters.");
  p.add("LAYERS", m.layers());
  p.add("LANES", m.lanes(), "neurons at once, a group");
  p.add("CHUNK", m.chunk(), "inputs that a lane takes in a cycle");
  p.add("STAGES", m.stages(), "of M");
  p.add("WRITE_PORTS", s.pipeline.write_ports);
  p.heading("Words.");
  p.add("WEIGHT_BITS", w.weight_bits);
  p.add("STORED_BITS", w.stored_weight_bits(), "of the weight memory: an index, or a weight");
  p.add("LOOK_UP", w.index_bits > 0 ? 1 : 0, "the weight memory holds indices");
  p.add("ENTRIES_BITS", w.index_bits > 0 ? w.weight_bits << w.index_bits : 1, "of a codebook");
  p.add("ACTIVATION_BITS", w.activation_bits);
  p.add("PRODUCT_BITS", w.product_bits, "and of a bias");
  p.add("ACCUMULATOR_BITS", w.accumulator_bits);
  p.add("RESULT_BITS", s.of(RegisterKind::result).bits);
  p.heading("Arithmetic.");
  p.add("ROUNDING", number_of_rounding(m.stored.rounding),
        "0: half up, 1: half to even, 2: truncate");
  add_rounding(p, "PRODUCT", product);
  add_rounding(p, "RESULT", result);
  p.heading("Largest codes, where all layers have the same; else 0, and layer_tables.v has them.");
  p.add("WEIGHT_MOST", the_same(weight_most));
  p.add("PRODUCT_MOST", the_same(product.most));
  p.add("RESULT_MOST", the_same(result.most));
  p.add("COMPARATOR", m.configuration.has_comparator() ? 1 : 0, "some layer has a threshold");
  p.heading("Faults in the weight memory.");
  const Mitigation& mitigation = m.stored.mitigation;
  p.add("MASKING", number_of_masking(mitigation.masking), "0: none, 1: word, 2: bit");
  p.add("SIGN_ZEROES", mitigation.sign == SignPolicy::zero ? 1 : 0,
        "a word whose sign is flagged is 0");
  p.add("DETECTOR", number_of_detector(mitigation.detector), "0: none, 1: Razor, 2: parity");
  p.add("FLAG_BITS", mitigation.detector == Detector::razor ? w.stored_weight_bits() : 1,
        "of a word");
  p.add("FAULTS", m.has_faults() ? 1 : 0, "the memories' models read files of faulty bits");
  p.heading("Memories; their banks have one port each.");
  p.add("ROM", s.weight_storage == WeightStorage::rom ? 1 : 0, "weights in ROM");
  p.add("STREAM_WORDS", s.pipeline.stream_words,
        "weights that come from off chip in a cycle; 0: they are on chip");
  p.add("WEIGHT_BANKS", s.pipeline.weight_banks,
        s.pipeline.stream_words > 0 ? "of each half of a lane's buffer" : "of a lane");
  add_memory(p, "WEIGHT", weights);
  p.add("WEIGHT_ROWS", s.pipeline.stream_words > 0 ? weights.needed_words : m.layout.weight_rows(),
        "used");
  p.add("WEIGHT_OFFSET_BITS", address_bits(s.pipeline.weight_banks));
  add_memory(p, "BIAS", s.of(MemoryKind::biases));
  p.add("BIAS_ROWS", m.layout.bias_rows(), "used");
  p.add("INPUT_BANKS", inputs.banks_per_copy);
  add_memory(p, "INPUT", inputs);
  p.add("INPUT_OFFSET_BITS", address_bits(inputs.banks_per_copy));
  p.add("REGIONS", activations.copies, "of the activation memory: halves of a dense chain");
  p.add("ACTIVATION_BANKS", activations.banks_per_copy, "of each region");
  add_memory(p, "ACTIVATION", activations);
  p.add("ACTIVATION_OFFSET_BITS", address_bits(activations.banks_per_copy));
  p.add("LANE_ADDRESSES", lane_addresses, "of weights and biases: 1, or one a lane");
  p.heading("Control.");
  p.add("LAYER_BITS", s.control.layer_bits);
  p.add("GROUP_BITS", s.control.group_bits);
  p.add("INPUT_BITS", s.control.input_bits);
  p.add("LANE_BITS", s.control.lane_bits);
  p.add("WORDS_BITS", m.structure.control.words_bits, "of a number of words, lanes or ports");
  p.add_line("localparam [WORDS_BITS-1:0] CHUNK_STEP = CHUNK;");
  p.add("CLOCK_GATE", m.options.clock_gates ? 1 : 0, "0: registers keep by a multiplexer");
  return p;
}

std::string parameters_text(const RtlMachine& m) {
  const LayerSettings& t = m.settings;
  return array_parameters(m, t.product, t.result, t.weight_most, 1).take();
}

std::string codebook_table_text(const RtlArray& m) {
  const DatapathWidths& w = m.structure.widths;
  std::string text =
      "\n// The weights that each layer shares, for F2: the entry of the lowest index is lowest.\n"
      "module codebook_table (layer, codebook);\n"
      "`include \"machine_parameters.vh\"\n"
      "  input  wire [LAYER_BITS-1:0]   layer;\n"
      "  output wire [ENTRIES_BITS-1:0] codebook;\n";
  if (w.index_bits == 0) return text + "  assign codebook = 1'd0;\nendmodule\n";
  const int half = 1 << (w.index_bits - 1);
  text += "  assign codebook =\n";
  for (int k = 0; k < m.layers(); ++k) {
    const Codebook& codebook = m.stored.layer(k).formats.codebook;
    text += "    ";
    if (k + 1 < m.layers()) text += "layer == " + std::to_string(k) + " ? ";
    text += "{";
    for (int index = half; index-- > -half;) {
      // Indices beyond those of a smaller codebook are in no memory, like all of a pool's.
      const bool has =
          !codebook.empty() && index >= codebook.lowest_index() && index < -codebook.lowest_index();
      const std::uint32_t mask = (std::uint32_t{1} << w.weight_bits) - 1;
      const std::uint32_t word = has ? static_cast<std::uint32_t>(codebook.entry(index)) & mask : 0;
      text += std::to_string(w.weight_bits) + "'d" + std::to_string(word);
      if (index > -half) text += ", ";
    }
    text += k + 1 < m.layers() ? "} :\n" : "};\n";
  }
  return text + "endmodule\n";
}

std::string layer_tables_text(const RtlMachine& m) {
  const LayerSettings& t = m.settings;
  const MachineStructure& s = m.structure;
  const DatapathWidths& w = s.widths;
  const auto align_bits = [](const RoundingSettings& r) { return bits_to_count(r.align_most); };
  std::string text = "// What the layers differ in. Layers count from 0.\n";
  for (int k = 0; k < m.layers(); ++k) {
    const QuantizedLayer& layer = m.network.layers[static_cast<std::size_t>(k)];
    text += "//   " + std::to_string(k) + ": " + std::to_string(layer.n_in) + " inputs, " +
            std::to_string(layer.n_out) + " neurons; W " + to_string(layer.formats.weight) +
            ", X " + to_string(layer.formats.activation) + ", P " +
            to_string(layer.formats.product) + "\n";
  }
  text +=
      "\n// For F1.\n"
      "module fetch_table (layer, last_input, last_words, last_group, threshold);\n"
      "`include \"machine_parameters.vh\"\n"
      "  input  wire [LAYER_BITS-1:0]      layer;\n"
      "  output wire [INPUT_BITS-1:0]      last_input;  // first input of a group's last chunk\n"
      "  output wire [CHUNK-1:0]           last_words;  // words of the last chunk\n"
      "  output wire [GROUP_BITS-1:0]      last_group;\n"
      "  output wire [ACTIVATION_BITS-1:0] threshold;   // a code; 0: no input is skipped\n\n";
  text += choice("last_input", s.control.input_bits, t.last_input);
  text += choice("last_words", m.chunk(), t.last_words);
  text += choice("last_group", s.control.group_bits, t.last_group);
  text += choice("threshold", w.activation_bits, t.threshold);
  text +=
      "endmodule\n\n"
      "// For the lanes and the write control.\n"
      "module lane_table (\n"
      "  layer, last_lanes, neuron_rows, weight_most, product_align, product_most, result_align,\n"
      "  result_most\n"
      ");\n"
      "`include \"machine_parameters.vh\"\n"
      "  input  wire [LAYER_BITS-1:0]         layer;\n"
      "  output wire [WORDS_BITS-1:0]         last_lanes;    // neurons of the last group\n"
      "  output wire [WEIGHT_ROW_BITS-1:0]    neuron_rows;   // of a neuron in a weight bank\n"
      "  output wire [STORED_BITS-1:0]        weight_most;   // largest word of the memory\n"
      "  output wire [PRODUCT_ALIGN_BITS-1:0] product_align; // to the left, before the shift\n"
      "  output wire [PRODUCT_BITS-1:0]       product_most;  // largest code of P\n"
      "  output wire [RESULT_ALIGN_BITS-1:0]  result_align;\n"
      "  output wire [ACTIVATION_BITS-1:0]    result_most;   // largest code of the next X\n\n";
  text += choice("last_lanes", m.structure.control.words_bits, t.last_lanes);
  text += choice("neuron_rows", address_bits(s.of(MemoryKind::weights).words), t.neuron_rows);
  text += choice("weight_most", w.stored_weight_bits(), t.weight_most);
  text += choice("product_align", align_bits(t.product), widened(t.product.align));
  text += choice("product_most", w.product_bits, t.product.most);
  text += choice("result_align", align_bits(t.result), widened(t.result.align));
  text += choice("result_most", w.activation_bits, t.result.most);
  return text + "endmodule\n" + codebook_table_text(m);
}

}  // namespace minerva
