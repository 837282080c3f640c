#include "minerva/interchange/qonnx.hpp"

#include <onnx/onnx_pb.h>

#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/design/design_json.hpp"
#include "onnx/onnx_model.hpp"

namespace minerva {
namespace {

// QONNX, "IntQuant" of qonnx.custom_op.general, version 1. Its older name Quant is read by every
// tool of QONNX, old and new.
constexpr const char* kDomain = "qonnx.custom_op.general";

/// Names of QONNX for our roundings. Its HALF_UP rounds halves away from zero, ours upward: the
/// same for inputs that are not negative, which all inputs behind a ReLU are.
const char* rounding_mode(Rounding rounding) {
  switch (rounding) {
    case Rounding::half_up:
      return "HALF_UP";
    case Rounding::half_even:
      return "ROUND";
    case Rounding::truncate:
      return "FLOOR";
  }
  return "";
}

/// Writes the nodes of one network.
class QonnxGraph {
 public:
  QonnxGraph(onnx::GraphProto& graph, const QuantizedNetwork& network, QonnxProducts products)
      : graph_(graph), network_(network), products_(products) {
    add_scalar(graph_, "zero", 0);
  }

  void write() {
    std::string tensor = "input";
    for (std::size_t k = 0; k < network_.layers.size(); ++k) tensor = layer(k, tensor);
  }

 private:
  static float step(QFormat format) { return static_cast<float>(format.step()); }

  std::string quant(const std::string& from, const std::string& name, QFormat format,
                    const std::string& rounding) {
    add_scalar(graph_, name + "_scale", step(format));
    add_scalar(graph_, name + "_bits", static_cast<float>(format.bits()));
    onnx::NodeProto& node =
        add_node(graph_, "Quant", name + "_quant", {from, name + "_scale", "zero", name + "_bits"},
                 name + "_quantized");
    node.set_domain(kDomain);
    set_integer(node, "signed", 1);
    set_integer(node, "narrow", 0);
    set_text(node, "rounding_mode", rounding);
    return node.output(0);
  }

  /// Integer codes as the values they stand for.
  template <typename Code>
  void add_values(const std::string& name, const std::vector<std::int64_t>& shape,
                  const std::vector<Code>& codes, QFormat format) {
    std::vector<float> values;
    for (const Code code : codes) {
      const float value = static_cast<float>(code) * step(format);
      if (static_cast<double>(value) != static_cast<double>(code) * format.step()) {
        throw UserError("export.format", "qonnx",
                        "float32 does not hold the code " + std::to_string(code) + " of " + name +
                            ", " + minerva::to_string(format) + ": needs P of at most 25 bits");
      }
      values.push_back(value);
    }
    add_floats(graph_, name, shape, values.data());
  }

  std::string layer(std::size_t k, const std::string& input) {
    const QuantizedLayer& layer = network_.layers[k];
    const LayerFormats& formats = layer.formats;
    const std::string number = std::to_string(k);
    if (formats.activation.bits() == 1) {
      throw UserError("export.format", "qonnx",
                      "layer " + number + " has inputs of one bit, which QONNX takes as -1 and 1");
    }
    std::string x =
        quant(input, "x" + number, formats.activation, rounding_mode(network_.rounding));
    if (layer.theta_code > 1) {  // code 1 skips zeros alone, which changes no sum
      onnx::NodeProto& node = add_node(graph_, "Shrink", "theta" + number, {x}, "kept" + number);
      set_float(node, "lambd",
                (static_cast<float>(layer.theta_code) - 0.5F) * step(formats.activation));
      set_float(node, "bias", 0);
      x = node.output(0);
    }
    add_values("w" + number, {layer.n_in, layer.n_out}, layer.weights, formats.weight);
    const std::string w = quant("w" + number, "w" + number, formats.weight, "ROUND");
    add_values("b" + number, {layer.n_out}, layer.biases, formats.product);
    const std::string b = quant("b" + number, "b" + number, formats.product, "ROUND");
    const std::string sum = products_ == QonnxProducts::sums
                                ? "products" + number
                                : rounded_products(number, x, w, formats.product);
    if (products_ == QonnxProducts::sums) {
      add_node(graph_, "MatMul", "layer" + number, {x, w}, sum);
    }
    const bool last = k + 1 == network_.layers.size();
    const std::string sums = last ? "output" : "sums" + number;
    add_node(graph_, "Add", "bias" + number, {sum, b}, sums);
    if (!last) add_node(graph_, "Relu", "relu" + number, {sums}, "activations" + number);
    return "activations" + number;
  }

  /// Every product on its own, (samples, inputs, neurons), rounded to P and then added.
  std::string rounded_products(const std::string& number, const std::string& x,
                               const std::string& w, QFormat product) {
    add_integers(graph_, "last_axis" + number, {2});
    add_node(graph_, "Unsqueeze", "column" + number, {x, "last_axis" + number}, "column" + number);
    add_node(graph_, "Mul", "multiply" + number, {"column" + number, w}, "each" + number);
    std::string each = "each" + number;
    std::string mode = rounding_mode(network_.rounding);
    if (network_.rounding == Rounding::half_up) {
      // Products may be negative, and no mode of QONNX rounds halves upward: half a step is added,
      // which is exact, and what is below is cut.
      add_scalar(graph_, "half" + number, 0.5F * step(product));
      add_node(graph_, "Add", "raise" + number, {each, "half" + number}, "raised" + number);
      each = "raised" + number;
      mode = "FLOOR";
    }
    each = quant(each, "p" + number, product, mode);
    add_integers(graph_, "input_axis" + number, {1});
    onnx::NodeProto& node = add_node(graph_, "ReduceSum", "add" + number,
                                     {each, "input_axis" + number}, "products" + number);
    set_integer(node, "keepdims", 0);
    return node.output(0);
  }

  onnx::GraphProto& graph_;
  const QuantizedNetwork& network_;
  QonnxProducts products_;
};

}  // namespace

std::string qonnx_bytes(const QuantizedNetwork& network, QonnxProducts products) {
  expects(!network.layers.empty(), "qonnx_bytes: a network without layers");
  onnx::ModelProto model = onnx_model(LayerGraph(network.topology()));
  auto* domain = model.add_opset_import();
  domain->set_domain(kDomain);
  domain->set_version(1);
  QonnxGraph(*model.mutable_graph(), network, products).write();
  PlanFile plan{network.plan(), {}};
  for (const QuantizedLayer& layer : network.layers) plan.theta_codes.push_back(layer.theta_code);
  add_property(model, "minerva_plan", plan_to_json(plan));
  add_property(model, "minerva_products", to_string(products));
  add_property(model, "minerva_rounding",
               products == QonnxProducts::sums
                   ? "The machine rounds each product to P before it is added; this graph adds "
                     "exact products. Codes are equal where P holds every product."
                   : "Each product is rounded to P, as the machine does.");
  return serialized(model);
}

}  // namespace minerva
