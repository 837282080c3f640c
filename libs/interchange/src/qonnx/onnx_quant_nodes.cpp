#include <algorithm>
#include <cmath>
#include <utility>

#include "minerva/arithmetic/fixed_point.hpp"
#include "onnx/onnx_chain.hpp"
#include "onnx/onnx_refusal.hpp"
#include "qonnx/onnx_quant.hpp"

// The nodes of QONNX between the layers: formats of inputs and products, and thresholds.
namespace minerva {

/// A Quant between two layers gives the inputs of the second their format. It may stand before the
/// ReLU as well: codes that are 0 or more are the same, and the ReLU makes the others 0.
void OnnxChain::take_quant(const onnx::NodeProto& node) {
  const QuantSignal signal = quant_signal(node, constants_, full_text(node) + ",", file_);
  if (node.input(0) != tensor_) refuse_operator(node);
  if (holds_ == Holds::ends || holds_ == Holds::classes) {
    return drop(node, "where it makes outputs equal, the class here is that of the largest sum");
  }
  if (pending_.inputs && !pending_.inputs->same(signal)) {
    pending_.obstacle =
        pending_.inputs->node + " and " + signal.node + " give its inputs two formats: needs one";
  }
  pending_.inputs = signal;
  pending_.inputs->node = text(node);
}

/// Shrink with bias 0 keeps what is larger than lambd: a threshold in codes of the inputs.
void OnnxChain::take_shrink(const onnx::NodeProto& node) {
  check_attributes(node, {"lambd", "bias"});
  const auto number = [&](const char* name, double otherwise) {
    const onnx::AttributeProto* found = attribute(node, name);
    return found == nullptr ? otherwise : static_cast<double>(found->f());
  };
  const double lambd = number("lambd", 0.5);
  if (number("bias", 0) != 0) {
    refuse(full_text(node) + ", shrinks what it keeps: needs bias 0, the machine skips alone");
  }
  if (!(lambd >= 0) || holds_ == Holds::ends || holds_ == Holds::classes || holds_ == Holds::sums ||
      pending_.theta_code != 0) {
    refuse_operator(node);
  }
  if (!pending_.inputs) {
    refuse(full_text(node) + ", is a threshold without a Quant before it: needs codes to compare");
  }
  const double codes = std::floor(std::ldexp(lambd, pending_.inputs->fraction_bits)) + 1;
  const int bits = std::min(pending_.inputs->bits, kMaxOperandBits);
  if (!(codes <= std::ldexp(1.0, bits - 1))) {
    refuse(full_text(node) + ", drops every input");
  }
  pending_.theta_code = static_cast<int>(codes);
}

/// Whether a node begins the products of a layer that this program writes one by one: Unsqueeze,
/// Mul with a matrix, a rounding, ReduceSum.
bool OnnxChain::begins_products(const onnx::NodeProto& node) {
  if (node.op_type() != "Unsqueeze" || node.output_size() != 1) return false;
  if (holds_ != Holds::inputs && holds_ != Holds::activations) return false;
  const auto& readers = readers_[node.output(0)];
  if (readers.size() != 1 || readers.front()->op_type() != "Mul") return false;
  const onnx::NodeProto& multiply = *readers.front();
  return multiply.input_size() == 2 && multiply.output_size() == 1 &&
         constants_.holds(multiply.input(1)) &&
         constants_.values(multiply.input(1))->shape.size() == 2;
}

/// The node that reads the tensor at hand, which must have this operator.
const onnx::NodeProto& OnnxChain::next_of(const std::string& op_type, const std::string& where) {
  const onnx::NodeProto* node = next();
  if (node == nullptr || node->op_type() != op_type || node->output_size() != 1) {
    refuse(where + " is followed by " + (node == nullptr ? "the output" : full_text(*node)) +
           ": needs " + with_article(op_type));
  }
  tensor_ = node->output(0);
  return *node;
}

void OnnxChain::check_axis(const onnx::NodeProto& node, std::int64_t axis) {
  check_attributes(node, {"keepdims"});
  const bool given = node.input_size() == 2 && constants_.holds(node.input(1));
  if (!given || constants_.values(node.input(1))->integers != std::vector<std::int64_t>{axis} ||
      integer_attribute(node, "keepdims", axis == 1 ? 1 : 0) != 0) {
    refuse(full_text(node) + ", has other axes than " + std::to_string(axis) +
           ": needs the products of a layer as minerva export writes them");
  }
}

/// x (samples, inputs, 1) times W (inputs, neurons), each product rounded, added over the inputs.
std::string OnnxChain::take_products(const onnx::NodeProto& unsqueeze) {
  check_axis(unsqueeze, 2);
  const std::string what = text(unsqueeze);
  tensor_ = unsqueeze.output(0);
  const onnx::NodeProto& multiply = next_of("Mul", what);
  add_layer(multiply, multiply.input(1), false);
  const onnx::NodeProto* node = next();
  double raised = 0;
  if (node != nullptr && node->op_type() == "Add" && node->output_size() == 1) {
    const Operand half = operand(*node, "offsets");
    if (half.values->floats.size() != 1) refuse(full_text(*node) + ", adds no single number");
    raised = static_cast<double>(half.values->floats.front());
    tensor_ = node->output(0);
    node = next();
  }
  if (node == nullptr || !is_quant(*node) || node->output_size() != 1) {
    refuse(what + " is followed by products that pass no Quant: " + kWhatRuns);
  }
  QuantSignal products = quant_signal(*node, constants_, full_text(*node) + ",", file_);
  products.node = text(*node);
  tensor_ = node->output(0);
  const onnx::NodeProto& sum = next_of("ReduceSum", what);
  check_axis(sum, 1);
  // Half a step more and what is below cut: halves upward, below zero too.
  const bool half_up = products.rounding == QuantRounding::floor &&
                       raised == std::ldexp(0.5, -products.fraction_bits);
  if (half_up) products.rounding = QuantRounding::half_up;
  LayerQuants& quants = folding_.last_quants();
  const bool known = raised == 0 ? products.rounding == QuantRounding::half_even ||
                                       products.rounding == QuantRounding::floor
                                 : half_up;
  const bool agrees = quants.inputs && quants.inputs->rounding == products.rounding;
  if (!known || !agrees || products.narrow || !products.is_signed) {
    quants.obstacle = products.node + " rounds products in another way than the machine does";
  }
  quants.products = products;
  return sum.output(0);
}

}  // namespace minerva
