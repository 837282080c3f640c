#include "qonnx/quant_node.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"
#include "onnx/onnx_model.hpp"

namespace minerva {

void add_qonnx_domain(onnx::ModelProto& model) {
  auto* domain = model.add_opset_import();
  domain->set_domain(kQonnxDomain);
  domain->set_version(1);
}

void add_qonnx_plan(onnx::ModelProto& model, const PlanFile& plan, QonnxProducts products) {
  add_property(model, "minerva_plan", plan_to_json(plan));
  add_property(model, "minerva_products", to_string(products));
  add_property(model, "minerva_rounding",
               products == QonnxProducts::sums
                   ? "The machine rounds each product to P before it is added; this graph adds "
                     "exact products. Codes are equal where P holds every product."
                   : "Each product is rounded to P, as the machine does.");
}

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

std::string add_quant(onnx::GraphProto& graph, const std::string& from, const std::string& name,
                      int bits, int fraction_bits, const std::string& rounding) {
  add_scalar(graph, name + "_scale", std::ldexp(1.0F, -fraction_bits));
  add_scalar(graph, name + "_bits", static_cast<float>(bits));
  onnx::NodeProto& node =
      add_node(graph, "Quant", name + "_quant", {from, name + "_scale", "zero", name + "_bits"},
               name + "_quantized");
  node.set_domain(kQonnxDomain);
  set_integer(node, "signed", 1);
  set_integer(node, "narrow", 0);
  set_text(node, "rounding_mode", rounding);
  return node.output(0);
}

std::string add_threshold(onnx::GraphProto& graph, const std::string& from, std::size_t layer,
                          int theta_code, int fraction_bits) {
  const std::string number = std::to_string(layer);
  onnx::NodeProto& node = add_node(graph, "Shrink", "theta" + number, {from}, "kept" + number);
  set_float(node, "lambd",
            (static_cast<float>(theta_code) - 0.5F) * std::ldexp(1.0F, -fraction_bits));
  set_float(node, "bias", 0);
  return node.output(0);
}

float exact_value(std::int64_t code, int fraction_bits, const std::string& tensor,
                  const std::string& format) {
  const double exact = std::ldexp(static_cast<double>(code), -fraction_bits);
  const auto value = static_cast<float>(exact);
  if (static_cast<double>(value) != exact) {
    throw UserError("export.format", "qonnx",
                    "float32 does not hold the code " + std::to_string(code) + " of " + tensor +
                        ", " + format + ": needs P of at most 25 bits");
  }
  return value;
}

}  // namespace minerva
