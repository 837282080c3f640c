#include "onnx/graph/graph_reader.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "minerva/arithmetic/fixed_point.hpp"
#include "minerva/base/errors.hpp"
#include "onnx/onnx_refusal.hpp"
#include "qonnx/onnx_quant.hpp"

namespace minerva {
namespace {

constexpr const char* kGraphOperators[] = {
    "Conv",          "MaxPool",    "AveragePool", "GlobalAveragePool",
    "GlobalMaxPool", "ReduceMean", "Pad",         "Concat"};

/// Tensors that do not depend on a sample: constants, and what is computed of them alone.
std::set<std::string> constants_of(const onnx::GraphProto& graph) {
  std::set<std::string> constants;
  for (const onnx::TensorProto& tensor : graph.initializer()) constants.insert(tensor.name());
  for (const onnx::NodeProto& node : graph.node()) {
    const bool constant = std::all_of(
        node.input().begin(), node.input().end(),
        [&](const std::string& input) { return input.empty() || constants.count(input) != 0; });
    if (constant) constants.insert(node.output().begin(), node.output().end());
  }
  return constants;
}

}  // namespace

bool needs_graph(const onnx::GraphProto& graph) {
  const std::set<std::string> constants = constants_of(graph);
  std::set<std::string> sizes;  // what is computed of Shape alone
  for (const onnx::NodeProto& node : graph.node()) {
    const std::string& op = node.op_type();
    const bool of_sizes = op == "Shape" || std::any_of(node.input().begin(), node.input().end(),
                                                       [&](const std::string& input) {
                                                         return sizes.count(input) != 0;
                                                       });
    if (of_sizes && op != "Reshape") {
      sizes.insert(node.output().begin(), node.output().end());
      continue;
    }
    if (std::find(std::begin(kGraphOperators), std::end(kGraphOperators), op) !=
        std::end(kGraphOperators)) {
      return true;
    }
    if ((op == "Add" || op == "Sum") && node.input_size() == 2 && node.input(0) != node.input(1) &&
        constants.count(node.input(0)) == 0 && constants.count(node.input(1)) == 0) {
      return true;
    }
  }
  return false;
}

OnnxGraphReader::OnnxGraphReader(const onnx::ModelProto& model, const std::string& file,
                                 std::size_t largest_bytes, OnnxExternalData& external)
    : OnnxNodes(model, file, largest_bytes, external),
      integers_(graph_, constants_),
      numbers_left_(largest_bytes / sizeof(float)) {}

void OnnxGraphReader::charge(std::size_t numbers) {
  if (numbers > numbers_left_) refuse("has more numbers in its layers than a file of its size");
  numbers_left_ -= numbers;
}

std::string OnnxGraphReader::sizes_of_tensor(const GraphTensor& tensor) const {
  return sizes_text(tensor.sizes());
}

void OnnxGraphReader::take_input() {
  const onnx::ValueInfoProto& input = the_input();
  const OnnxSizes sizes = sizes_of(input);
  const std::string what = "input '" + printable(input.name()) + "'";
  if (!sizes || sizes->size() < 2 || sizes->size() > 4) {
    refuse(what +
           " needs two to four dimensions: samples first, then words, or channels, rows "
           "and columns");
  }
  std::int64_t words = 1;
  GraphTensor tensor;
  for (std::size_t d = 1; d < sizes->size(); ++d) {
    const std::int64_t size = (*sizes)[d];
    if (size < 1 || size > kMaxLayerWidth || words * size > kMaxLayerWidth) {
      refuse(what + " is " + sizes_text(sizes) + ": needs fixed sizes of at most " +
             std::to_string(kMaxLayerWidth) + " words behind the samples");
    }
    words *= size;
    GraphDimension dimension;
    dimension.axes.push_back({static_cast<int>(d) - 1, size});
    tensor.dimensions.push_back(dimension);
    input_sizes_.push_back(size);
  }
  input_roles_.assign(input_sizes_.size(), -1);
  tensors_[input.name()] = tensor;
}

ImportedNetwork OnnxGraphReader::read() {
  take_input();
  output_ = graph_.output(0).name();
  index_nodes();
  for (const onnx::NodeProto& node : graph_.node()) {
    if (!taken_.insert(&node).second || integers_.made_by(node)) continue;
    if (node.output_size() < 1 || node.output(0).empty()) refuse(text(node) + " makes nothing");
    GraphTensor made = take(node);
    if (!tensors_.emplace(node.output(0), std::move(made)).second) {
      refuse("tensor '" + printable(node.output(0)) + "' is made twice");
    }
  }
  finish(output_);
  return std::move(imported_);
}

/// The tensor that a node reads, as it may go on from there.
GraphTensor OnnxGraphReader::input_of(const onnx::NodeProto& node, int input) {
  if (node.input_size() <= input) {
    refuse(full_text(node) + ", needs " + std::to_string(input + 1) + " inputs");
  }
  const std::string& name = node.input(input);
  const auto known = tensors_.find(name);
  if (known == tensors_.end()) {
    refuse(full_text(node) + ", reads '" + printable(name) +
           (constants_.holds(name) ? "', a constant: needs a tensor of the samples"
                                   : "', which no node before it makes"));
  }
  GraphTensor tensor = known->second;
  const std::string& op = node.op_type();
  if (tensor.is_end && op != "ArgMax" && op != "Identity" && op != "Cast" && !is_quant(node) &&
      !is_reshaping(op)) {
    refuse(full_text(node) + ", follows " + full_text(*end_) +
           ", which may stand at the end alone: " + kWhatRuns + needed_for(end_->op_type()));
  }
  // What other nodes read as well stays as it is.
  if (readers_[name].size() > 1 || name == output_) {
    tensor.sums_of = -1;
    tensor.relu_of = -1;
    tensor.average_of = -1;
  }
  return tensor;
}

GraphTensor OnnxGraphReader::take(const onnx::NodeProto& node) {
  if (is_quant(node)) return take_quant(node);
  if (!is_plain_domain(node.domain())) refuse_operator(node);
  const std::string& op = node.op_type();
  if (op == "Conv") return take_convolution(node);
  if (op == "Gemm" || op == "MatMul") return take_dense(node);
  if (op == "MaxPool" || op == "AveragePool" || op == "GlobalAveragePool" ||
      op == "GlobalMaxPool") {
    return take_pool(node);
  }
  if (op == "ReduceMean") return take_mean(node);
  if (op == "Sum" || (op == "Add" && node.input_size() == 2 && !constants_.holds(node.input(0)) &&
                      !constants_.holds(node.input(1)))) {
    return take_addition(node);
  }
  if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") return take_arithmetic(node);
  if (op == "BatchNormalization") return take_batch_normalization(node);
  if (op == "Relu" || op == "Clip") return take_relu(node);
  if (op == "Max") return take_max(node);
  if (op == "Shrink") return take_shrink(node);
  if (op == "Dropout") {
    check_dropout(node);
    drop(node, "it changes nothing at inference");
    return input_of(node, 0);
  }
  if (op == "Softmax" || op == "LogSoftmax" || op == "ArgMax" || op == "Sigmoid" || op == "Tanh") {
    return take_end(node);
  }
  if (op == "Identity") {
    drop(node, "it changes nothing");
    return input_of(node, 0);
  }
  if (op == "Cast") {
    GraphTensor tensor = input_of(node, 0);
    const bool to_float = integer_attribute(node, "to", 0) == onnx::TensorProto::FLOAT;
    if (!to_float && !tensor.is_end) refuse(text(node) + " is a Cast to another type than FLOAT");
    drop(node, "numbers are float32 here");
    return tensor;
  }
  if (is_reshaping(op)) return take_reshape(node);
  if (op == "Transpose") return take_transpose(node);
  if (op == "Pad") return take_pad(node);
  if (op == "Slice") return take_slice(node);
  refuse_operator(node);
}

/// A Quant gives the tensor its format. It may stand before the ReLU as well: codes that are 0 or
/// more are the same, and the ReLU makes the others 0.
GraphTensor OnnxGraphReader::take_quant(const onnx::NodeProto& node) {
  QuantSignal signal = quant_signal(node, constants_, full_text(node) + ",", file_);
  GraphTensor tensor = input_of(node, 0);
  if (tensor.is_end) {
    drop(node, "where it makes outputs equal, the class here is that of the largest output");
    return tensor;
  }
  if (tensor.pending.of != PendingStep::Of::nothing) {
    refuse(full_text(node) + ", rounds what is scaled or shifted behind a layer");
  }
  signal.node = text(node);
  tensor.quant = signal;
  tensor.average_of = -1;
  return tensor;
}

/// Shrink with bias 0 keeps what is larger than lambd: a threshold in codes of the tensor.
GraphTensor OnnxGraphReader::take_shrink(const onnx::NodeProto& node) {
  check_attributes(node, {"lambd", "bias"});
  GraphTensor tensor = input_of(node, 0);
  const auto number = [&](const char* name, double otherwise) {
    const onnx::AttributeProto* given = attribute(node, name);
    return given == nullptr ? otherwise : static_cast<double>(given->f());
  };
  const double lambd = number("lambd", 0.5);
  if (number("bias", 0) != 0) {
    refuse(full_text(node) + ", shrinks what it keeps: needs bias 0, the machine skips alone");
  }
  if (!(lambd >= 0) || tensor.theta_code != 0) refuse_operator(node);
  if (!tensor.quant) {
    refuse(full_text(node) + ", is a threshold without a Quant before it: needs codes to compare");
  }
  const double codes = std::floor(std::ldexp(lambd, tensor.quant->fraction_bits)) + 1;
  const int bits = std::min(tensor.quant->bits, kMaxOperandBits);
  if (!(codes <= std::ldexp(1.0, bits - 1))) refuse(full_text(node) + ", drops every input");
  tensor.theta_code = static_cast<int>(codes);
  tensor.sums_of = tensor.relu_of = -1;
  return tensor;
}

/// Functions that keep the largest output where it is.
GraphTensor OnnxGraphReader::take_end(const onnx::NodeProto& node) {
  GraphTensor tensor = input_of(node, 0);
  const bool chooses = node.op_type() == "ArgMax";
  if (tensor.pending.of != PendingStep::Of::nothing || (tensor.is_end && !chooses) ||
      (tensor.tensor == 0)) {
    refuse_operator(node);
  }
  const std::vector<std::int64_t> sizes = tensor.sizes();
  const bool is_vector =
      !sizes.empty() && sizes.front() == tensor.words() && (sizes.size() == 1 || !chooses);
  check_end(node, is_vector, tensor.words());
  if (!tensor.is_end) end_ = &node;
  if (chooses) drop(node, "the class is the largest output");
  tensor.is_end = true;
  tensor.sums_of = tensor.relu_of = -1;
  return tensor;
}

}  // namespace minerva
