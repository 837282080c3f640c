#include "minerva/interchange/network_codes.hpp"

#include <nlohmann/json.hpp>

#include "layer_dispatch.hpp"
#include "memory_files.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/design_json.hpp"

namespace minerva {
namespace {
using Json = nlohmann::ordered_json;

constexpr const char* kArrays = "network_codes.npz";

std::string arrays(const QuantizedNetwork& network) {
  std::vector<ZipMember> members;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    for (ZipMember& member : code_arrays(network.layers[k], k)) {
      members.push_back(std::move(member));
    }
  }
  return zip_bytes(members);
}

/// A file of a run as part of this one, without its schema.
Json part(const std::string& text) {
  Json json = Json::parse(text);
  json.erase("schema");
  return json;
}

Json layers_json(const QuantizedNetwork& network) {
  PlanFile plan{network.plan(), {}};
  for (const QuantizedLayer& layer : network.layers) plan.theta_codes.push_back(layer.theta_code);
  Json layers = part(plan_to_json(plan)).at("layers");
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const QuantizedLayer& layer = network.layers[k];
    const LayerFormats& f = layer.formats;
    layers[k]["scale"] = f.scale_exponent;
    layers[k]["inputs"] = layer.n_in;
    layers[k]["neurons"] = layer.n_out;
    layers[k]["product_shift"] =
        f.weight.fraction_bits + f.activation.fraction_bits - f.product.fraction_bits;
    layers[k]["accumulator_bits"] = accumulator_bits(f.product, layer.n_in);
  }
  return layers;
}

Json memories_json(const QuantizedNetwork& network, const DesignPoint& point) {
  const DatapathWidths widths = datapath_widths(network.plan(), network.topology());
  const int banks = point.weight_banks_per_lane();
  std::int64_t weight_rows = 0;
  std::int64_t bias_rows = 0;
  Json first_weight = Json::array();
  Json first_bias = Json::array();
  for (const QuantizedLayer& layer : network.layers) {
    first_weight.push_back(weight_rows);
    first_bias.push_back(bias_rows);
    const std::int64_t groups = (layer.n_out + point.lanes - 1) / point.lanes;
    weight_rows += groups * ((layer.n_in + banks - 1) / banks);
    bias_rows += groups;
  }
  return {{"weights",
           {{"files", "weights_lane{lane}_bank{bank}.hex"},
            {"lanes", point.lanes},
            {"weight_banks", banks},
            {"word_bits", widths.weight_bits},
            {"rows", weight_rows},
            {"first_row_of_layer", first_weight},
            {"row",
             "first_row + floor(neuron / lanes) * ceil(inputs / banks) + floor(input / "
             "banks), in lane neuron mod lanes and bank input mod banks; 0 where no word is"}}},
          {"biases",
           {{"files", "biases_lane{lane}.hex"},
            {"word_bits", widths.product_bits},
            {"rows", bias_rows},
            {"first_row_of_layer", first_bias},
            {"row", "first_row + floor(neuron / lanes), in lane neuron mod lanes"}}}};
}

}  // namespace

std::vector<ExportedFile> network_codes(const QuantizedNetwork& network,
                                        const CodesContext& context) {
  expects(!network.layers.empty(), "network_codes: a network without layers");
  check_design_point(context.point);
  const std::string npz = arrays(network);
  Json json;
  json["schema"] = "minerva-codes-2";
  json["topology"] = network.topology().tensor_sizes();
  json["trained_by"] = context.trained_by;
  json["arrays"] = kArrays;
  json["arrays_sha256"] = sha256(npz.data(), npz.size());
  json["weights_layout"] = "inputs_outputs";
  json["rounding"] = to_string(network.rounding);
  json["arithmetic"] =
      "docs/arithmetic.md: Q m.n is [m, n], a code c stands for c / 2^n; inputs of layer 0 are "
      "rounded by `rounding` to its X; an input with |x| < theta is skipped; each product is "
      "shifted "
      "right by product_shift, rounded by `rounding` and saturated to P; the accumulator starts at "
      "the "
      "bias; hidden: max(acc, 0) rounded by `rounding` to the next X; class: the first of the "
      "largest "
      "accumulators";
  json["layers"] = layers_json(network);
  json["machine"] = part(design_point_to_json(context.point));
  json["faults"] = part(faults_to_json({context.mitigation, context.weight_sram}));
  json["memories"] = memories_json(network, context.point);
  std::vector<ExportedFile> files = {
      {kArrays, npz},
      {"formats.json", json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"}};
  for (ExportedFile& file : memory_files(network, context.point)) files.push_back(std::move(file));
  return files;
}

}  // namespace minerva
