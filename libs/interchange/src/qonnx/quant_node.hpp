#pragma once
#include <onnx/onnx_pb.h>

#include <string>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/interchange/qonnx.hpp"

namespace minerva {

// QONNX, "IntQuant" of qonnx.custom_op.general, version 1. Its older name Quant is read by every
// tool of QONNX, old and new.
constexpr const char* kQonnxDomain = "qonnx.custom_op.general";

/// Says that the model has nodes of that domain.
void add_qonnx_domain(onnx::ModelProto& model);
/// Keeps the plan in the model's metadata, and what the graph's products are.
void add_qonnx_plan(onnx::ModelProto& model, const PlanFile& plan, QonnxProducts products);

/// Names of QONNX for our roundings. Its HALF_UP rounds halves away from zero, ours upward: the
/// same for inputs that are not negative, which all inputs behind a ReLU are.
const char* rounding_mode(Rounding rounding);

/// A Quant of signed codes of `bits` bits times 2^-fraction_bits. The graph must have the scalar
/// "zero". @return what it makes.
std::string add_quant(onnx::GraphProto& graph, const std::string& from, const std::string& name,
                      int bits, int fraction_bits, const std::string& rounding);

/// A Shrink that keeps codes from `theta_code` on. @return what it makes.
std::string add_threshold(onnx::GraphProto& graph, const std::string& from, std::size_t layer,
                          int theta_code, int fraction_bits);

/// code times 2^-fraction_bits as float32. Throws UserError naming the tensor where that is not
/// exact.
float exact_value(std::int64_t code, int fraction_bits, const std::string& tensor,
                  const std::string& format);

}  // namespace minerva
