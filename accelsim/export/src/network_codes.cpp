#include "minerva/accelsim/network_codes.hpp"

#include <nlohmann/json.hpp>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/accelsim/memory_files.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/design/graph_dump.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {
using Json = nlohmann::ordered_json;

constexpr const char* kArrays = "network_codes.npz";

/// A file of a run as part of this one, without its schema.
Json part(const std::string& text) {
  Json json = Json::parse(text);
  json.erase("schema");
  return json;
}

Json layers_json(const QuantizedGraph& network) {
  PlanFile plan{network.plan(), {}};
  for (const QuantizedLayer& layer : network.layers) plan.theta_codes.push_back(layer.theta_code);
  Json layers = part(plan_to_json(plan)).at("layers");
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    const LayerFormats& f = layer.formats;
    const GraphLayer& shape = network.graph.layer(static_cast<int>(k));
    layers[k]["scale"] = f.scale_exponent;
    layers[k]["inputs"] = layer.n_in;
    layers[k]["neurons"] = layer.n_out;
    if (shape.has_weights()) {
      layers[k]["product_shift"] =
          f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
    }
    layers[k]["accumulator_bits"] = graph_accumulator_bits(shape, f);
  }
  return layers;
}

Json banks_of_weights_json(const MachineStructure& structure, const LaneMemoryLayout& layout) {
  const MemoryArray& weights = structure.of(MemoryKind::weights);
  Json first_weight = Json::array();
  for (int k = 0; k < layout.layers(); ++k) first_weight.push_back(layout.first_weight_row(k));
  return {{"files", "weights_lane{lane}_bank{bank}.hex"},
          {"lanes", weights.copies},
          {"weight_banks", weights.banks_per_copy},
          {"word_bits", weights.word_bits},
          {"rows", layout.weight_rows()},
          {"first_row_of_layer", first_weight},
          {"row",
           "first_row + floor(neuron / lanes) * ceil(inputs / banks) + floor(input / "
           "banks), in lane neuron mod lanes and bank input mod banks; 0 where no word is"}};
}

/// Of weights that come from off chip.
Json off_chip_json(const QuantizedGraph& network, const MachineStructure& structure) {
  const MemoryArray& weights = structure.of(MemoryKind::weights);
  Json first_word = Json::array();
  Json channels_of_group = Json::array();
  std::int64_t word = 0;
  for (int k = 0; k < network.graph.layers(); ++k) {
    const GraphLayer& layer = network.graph.layer(k);
    first_word.push_back(word);
    channels_of_group.push_back(layer.has_weights() ? layer.channels / layer.groups : 0);
    word += layer.weight_count();
  }
  return {
      {"files", "weights_off_chip.hex"},
      {"word_bits", weights.word_bits},
      {"words", word},
      {"words_a_cycle", structure.pipeline.stream_words},
      {"first_word_of_layer", first_word},
      {"channels_of_group", channels_of_group},
      {"order",
       "layer after layer; of a layer units of up to `lanes` channels of a group, one after the "
       "other; of a unit input after input; of an input a word for each channel of the unit"},
      {"lanes", weights.copies},
      {"buffer_banks", weights.banks_per_copy},
      {"buffer_rows", weights.words}};
}

Json memories_json(const QuantizedGraph& network, const MachineStructure& structure,
                   const LaneMemoryLayout& layout) {
  const MemoryArray& biases = structure.of(MemoryKind::biases);
  Json first_bias = Json::array();
  for (int k = 0; k < layout.layers(); ++k) first_bias.push_back(layout.first_bias_row(k));
  return {
      {"weights", structure.pipeline.stream_words > 0 ? off_chip_json(network, structure)
                                                      : banks_of_weights_json(structure, layout)},
      {"biases",
       {{"files", "biases_lane{lane}.hex"},
        {"word_bits", biases.word_bits},
        {"rows", layout.bias_rows()},
        {"first_row_of_layer", first_bias},
        {"row", "first_row + floor(neuron / lanes), in lane neuron mod lanes"}}}};
}

}  // namespace

std::vector<ExportedFile> network_codes(const QuantizedGraph& network,
                                        const CodesContext& context) {
  expects(!network.layers.empty(), "network_codes: a network without layers");
  check_design_point(context.point);
  refuse_read_ahead(context.point, "memory files, which are those of the machine in Verilog");
  const std::string npz = npz_bytes(network);
  const bool maps = !network.graph.is_dense_chain();
  const LaneMemoryLayout layout(network.graph, context.point);
  const MachineStructure structure = structure_of(machine_configuration(network, context.point));
  Json json;
  json["schema"] = "minerva-codes-2";
  if (maps) {
    json["network"] = to_string(network.graph);
    json["layers_read"] = Json::parse(layers_read_json(network.graph));
  } else {
    json["topology"] = chain_network(network).topology().tensor_sizes();
  }
  json["trained_by"] = context.trained_by;
  json["arrays"] = kArrays;
  json["arrays_sha256"] = sha256(npz.data(), npz.size());
  json["weights_layout"] = "inputs_outputs";
  json["rounding"] = to_string(network.rounding);
  json["arithmetic"] =
      maps ? "docs/layers.md and docs/arithmetic.md: Q m.n is [m, n], a code c stands for c / 2^n; "
             "inputs of the first layer are rounded by `rounding` to its X; an input with |x| < "
             "theta is skipped; each product is shifted right by product_shift, rounded by "
             "`rounding` and saturated to P; the accumulator starts at the bias and the added "
             "word; hidden: ReLU where relu is true, rounded by `rounding` to the X of the layer "
             "that reads it; class: the first of the largest accumulators"
           : "docs/arithmetic.md: Q m.n is [m, n], a code c stands for c / 2^n; inputs of layer 0 "
             "are rounded by `rounding` to its X; an input with |x| < theta is skipped; each "
             "product is shifted right by product_shift, rounded by `rounding` and saturated to P; "
             "the accumulator starts at the bias; hidden: max(acc, 0) rounded by `rounding` to the "
             "next X; class: the first of the largest accumulators";
  json["layers"] = layers_json(network);
  json["machine"] = part(design_point_to_json(context.point));
  json["faults"] = part(faults_to_json({context.mitigation, context.weight_sram}));
  json["memories"] = memories_json(network, structure, layout);
  std::vector<ExportedFile> files = {
      {kArrays, npz},
      {"formats.json", json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"}};
  for (ExportedFile& file : memory_files(network, MachineNetwork(network.graph), structure, layout))
    files.push_back(std::move(file));
  return files;
}

}  // namespace minerva
