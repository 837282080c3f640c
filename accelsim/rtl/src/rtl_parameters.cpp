#include "rtl_parameters.hpp"

#include <algorithm>

#include "minerva/design/design_point.hpp"

namespace minerva {
namespace {

/// Lines "  localparam NAME = VALUE;  // comment".
class Parameters {
 public:
  void heading(const std::string& text) { text_ += "  // " + text + "\n"; }
  void add(const std::string& name, std::int64_t value, const std::string& comment = "") {
    std::string line = "  localparam " + name + " = " + std::to_string(value) + ";";
    if (!comment.empty()) {
      if (line.size() < 44) line.resize(44, ' ');
      line += "// " + comment;
    }
    text_ += line + "\n";
  }
  void add_line(const std::string& line) { text_ += "  " + line + "\n"; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

int number_of(Rounding rounding) {
  switch (rounding) {
    case Rounding::half_up:
      return 0;
    case Rounding::half_even:
      return 1;
    case Rounding::truncate:
      return 2;
  }
  return 0;
}

/// The value of all layers, or 0.
std::int64_t the_same(const std::vector<std::int64_t>& values) {
  const bool equal =
      std::all_of(values.begin(), values.end(), [&](auto v) { return v == values.front(); });
  return equal ? values.front() : 0;
}

int number_of(Masking masking) {
  return masking == Masking::none ? 0 : masking == Masking::word ? 1 : 2;
}

int number_of(Detector detector) {
  return detector == Detector::none ? 0 : detector == Detector::razor ? 1 : 2;
}

void add_rounding(Parameters& p, const std::string& signal, const RoundingSettings& settings) {
  p.add(signal + "_SHIFT", settings.shift, "to the right, less the align of the layer");
  p.add(signal + "_ALIGN_MOST", settings.align_most);
  p.add(signal + "_ALIGN_BITS", bits_to_count(settings.align_most));
}

void add_memory(Parameters& p, const std::string& name, const MemoryArray& memory) {
  p.add(name + "_WORDS", std::max<std::int64_t>(memory.words, 1), "of a bank");
  p.add(name + "_ROW_BITS", address_bits(memory.words));
}

/// An output of a table: a constant, or a choice by the layer.
std::string choice(const std::string& name, int bits, const std::vector<std::int64_t>& values) {
  const auto literal = [&](std::int64_t value) {
    std::uint64_t word = static_cast<std::uint64_t>(value);
    if (bits < 64) word &= (std::uint64_t{1} << bits) - 1;
    return std::to_string(bits) + "'d" + std::to_string(word);
  };
  const bool all_equal =
      std::all_of(values.begin(), values.end(), [&](auto v) { return v == values.front(); });
  std::string text = "  assign " + name + " =";
  if (all_equal) {
    text += " " + literal(values.front()) + ";\n";
  } else {
    text += "\n";
    for (std::size_t k = 0; k + 1 < values.size(); ++k) {
      text += "    layer == " + std::to_string(k) + " ? " + literal(values[k]) + " :\n";
    }
    text += "    " + literal(values.back()) + ";\n";
  }
  return text;
}

std::vector<std::int64_t> widened(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

bool RtlMachine::has_faults() const {
  return std::any_of(network.layers.begin(), network.layers.end(),
                     [](const QuantizedLayer& layer) { return !layer.faulty_bits.empty(); });
}

std::string parameters_text(const RtlMachine& m) {
  const MachineStructure& s = m.structure;
  const DatapathWidths& w = s.widths;
  const MemoryArray& weights = s.of(MemoryKind::weights);
  const MemoryArray& inputs = s.of(MemoryKind::inputs);
  const MemoryArray& activations = s.of(MemoryKind::activations);
  Parameters p;
  p.heading("The network " + to_string(m.network.topology()) + " on " +
            to_string(m.configuration.point) + ".");
  p.heading("The modules that include this file are of this machine; all others take parameters.");
  p.add("LAYERS", m.layers());
  p.add("LANES", m.lanes(), "neurons at once, a group");
  p.add("CHUNK", m.chunk(), "inputs that a lane takes in a cycle");
  p.add("STAGES", m.stages(), "of M");
  p.add("WRITE_PORTS", s.pipeline.write_ports);
  p.heading("Words.");
  p.add("WEIGHT_BITS", w.weight_bits);
  p.add("ACTIVATION_BITS", w.activation_bits);
  p.add("PRODUCT_BITS", w.product_bits, "and of a bias");
  p.add("ACCUMULATOR_BITS", w.accumulator_bits);
  p.add("RESULT_BITS", s.of(RegisterKind::result).bits);
  p.heading("Arithmetic.");
  p.add("ROUNDING", number_of(m.network.rounding), "0: half up, 1: half to even, 2: truncate");
  add_rounding(p, "PRODUCT", m.settings.product);
  add_rounding(p, "RESULT", m.settings.result);
  p.heading("Largest codes, where all layers have the same; else 0, and layer_tables.v has them.");
  p.add("WEIGHT_MOST", the_same(m.settings.weight_most));
  p.add("PRODUCT_MOST", the_same(m.settings.product.most));
  p.add("RESULT_MOST", the_same(m.settings.result.most));
  p.add("COMPARATOR", m.configuration.has_comparator() ? 1 : 0, "some layer has a threshold");
  p.heading("Faults in the weight memory.");
  const Mitigation& mitigation = m.network.mitigation;
  p.add("MASKING", number_of(mitigation.masking), "0: none, 1: word, 2: bit");
  p.add("SIGN_ZEROES", mitigation.sign == SignPolicy::zero ? 1 : 0,
        "a word whose sign is flagged is 0");
  p.add("DETECTOR", number_of(mitigation.detector), "0: none, 1: Razor, 2: parity");
  p.add("FLAG_BITS", mitigation.detector == Detector::razor ? w.weight_bits : 1, "of a word");
  p.add("FAULTS", m.has_faults() ? 1 : 0, "the memories' models read files of faulty bits");
  p.heading("Memories; their banks have one port each.");
  p.add("ROM", s.weight_storage == WeightStorage::rom ? 1 : 0, "weights in ROM");
  p.add("WEIGHT_BANKS", weights.banks_per_copy, "of a lane");
  add_memory(p, "WEIGHT", weights);
  p.add("WEIGHT_ROWS", m.layout.weight_rows(), "used");
  p.add("WEIGHT_OFFSET_BITS", address_bits(weights.banks_per_copy));
  add_memory(p, "BIAS", s.of(MemoryKind::biases));
  p.add("BIAS_ROWS", m.layout.bias_rows(), "used");
  p.add("INPUT_BANKS", inputs.banks_per_copy);
  add_memory(p, "INPUT", inputs);
  p.add("INPUT_OFFSET_BITS", address_bits(inputs.banks_per_copy));
  p.add("ACTIVATION_BANKS", activations.banks_per_copy, "of each half");
  add_memory(p, "ACTIVATION", activations);
  p.add("ACTIVATION_OFFSET_BITS", address_bits(activations.banks_per_copy));
  p.heading("Control.");
  p.add("LAYER_BITS", s.control.layer_bits);
  p.add("GROUP_BITS", s.control.group_bits);
  p.add("INPUT_BITS", s.control.input_bits);
  p.add("LANE_BITS", s.control.lane_bits);
  p.add("WORDS_BITS", s.control.words_bits, "of a number of words, lanes or ports");
  p.add_line("localparam [WORDS_BITS-1:0] CHUNK_STEP = CHUNK;");
  p.add("CLOCK_GATE", m.options.clock_gates ? 1 : 0, "0: registers keep by a multiplexer");
  return p.take();
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
      "  output wire [WEIGHT_BITS-1:0]        weight_most;   // largest code of W\n"
      "  output wire [PRODUCT_ALIGN_BITS-1:0] product_align; // to the left, before the shift\n"
      "  output wire [PRODUCT_BITS-1:0]       product_most;  // largest code of P\n"
      "  output wire [RESULT_ALIGN_BITS-1:0]  result_align;\n"
      "  output wire [ACTIVATION_BITS-1:0]    result_most;   // largest code of the next X\n\n";
  text += choice("last_lanes", s.control.words_bits, t.last_lanes);
  text += choice("neuron_rows", address_bits(s.of(MemoryKind::weights).words), t.neuron_rows);
  text += choice("weight_most", w.weight_bits, t.weight_most);
  text += choice("product_align", align_bits(t.product), widened(t.product.align));
  text += choice("product_most", w.product_bits, t.product.most);
  text += choice("result_align", align_bits(t.result), widened(t.result.align));
  text += choice("result_most", w.activation_bits, t.result.most);
  return text + "endmodule\n";
}

}  // namespace minerva
