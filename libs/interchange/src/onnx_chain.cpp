#include "onnx_chain.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::int64_t kOldestOperatorSet = 7;  // before it, Add and Gemm broadcast by attributes
constexpr const char* kWhatRuns =
    "the machine has fully connected layers with ReLU alone (Gemm, MatMul, Add, Relu)";

std::string with_article(const std::string& word) {
  const bool vowel = word.find_first_of("AEIOUaeiou") == 0;
  return (vowel ? "an " : "a ") + word;
}

bool plain_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

std::int64_t operator_set_of(const onnx::ModelProto& model, const std::string& file) {
  std::int64_t version = 0;
  for (const auto& set : model.opset_import()) {
    if (plain_domain(set.domain())) version = std::max(version, set.version());
  }
  if (version < kOldestOperatorSet) {
    refuse_onnx(file, "is of operator set " + std::to_string(version) + ": needs " +
                          std::to_string(kOldestOperatorSet) + " or later");
  }
  return version;
}

}  // namespace

OnnxChain::OnnxChain(const onnx::ModelProto& model, const std::string& file,
                     std::size_t largest_bytes)
    : graph_(model.graph()),
      file_(file),
      operator_set_(operator_set_of(model, file)),
      constants_(graph_, file_, largest_bytes),
      reshapes_(graph_, file_, constants_) {}

std::string OnnxChain::text(const onnx::NodeProto& node) const { return node_text(graph_, node); }

/// "node 'y', an ArgMax".
std::string OnnxChain::full_text(const onnx::NodeProto& node) const {
  return text(node) + ", " + with_article(printable(node.op_type()));
}

void OnnxChain::refuse_operator(const onnx::NodeProto& node) const {
  std::string op = printable(node.op_type());
  if (!plain_domain(node.domain())) op += " of " + printable(node.domain());
  std::string hint;
  const bool scales = op == "Sub" || op == "Mul" || op == "Div" || op == "Add";
  if (holds_ == Holds::inputs && scales) hint = "; scale inputs by [data] of the config";
  if (op.find("Quant") != std::string::npos) {
    hint = "; quantize the float network with minerva quantize";
  }
  refuse(text(node) + " is " + with_article(op) + ": " + kWhatRuns + hint);
}

void OnnxChain::check_attributes(const onnx::NodeProto& node,
                                 const std::set<std::string>& known) const {
  for (const onnx::AttributeProto& each : node.attribute()) {
    if (known.count(each.name()) == 0) {
      refuse(full_text(node) + ", has the attribute " + printable(each.name()) +
             ", which is not known here");
    }
  }
}

const onnx::ValueInfoProto& OnnxChain::the_input() {
  std::set<std::string> initialized;
  for (const onnx::TensorProto& tensor : graph_.initializer()) initialized.insert(tensor.name());
  const onnx::ValueInfoProto* input = nullptr;
  for (const onnx::ValueInfoProto& each : graph_.input()) {
    if (initialized.count(each.name()) != 0) continue;  // as IR versions before 4 list weights
    if (input != nullptr) {
      refuse("has the inputs '" + printable(input->name()) + "' and '" + printable(each.name()) +
             "': needs one; weights must be constants of the file");
    }
    input = &each;
  }
  if (input == nullptr) refuse("has no input that is not an initializer");
  if (graph_.output_size() != 1) {
    refuse("has " + std::to_string(graph_.output_size()) + " outputs: needs one");
  }
  return *input;
}

void OnnxChain::index_nodes() {
  std::set<std::string> made;
  for (const onnx::NodeProto& node : graph_.node()) {
    for (const std::string& output : node.output()) {
      if (!output.empty() && !made.insert(output).second) {
        refuse("tensor '" + printable(output) + "' is made twice");
      }
    }
    if (constants_.made_by(node) || reshapes_.computes_sizes(node)) {
      taken_.insert(&node);
      continue;
    }
    std::set<std::string> inputs(node.input().begin(), node.input().end());
    for (const std::string& input : inputs) {
      if (!input.empty()) readers_[input].push_back(&node);
    }
  }
}

/// The one node that reads the tensor at hand; null at the end.
const onnx::NodeProto* OnnxChain::next() {
  const auto& readers = readers_[tensor_];
  if (tensor_ == output_) {
    if (!readers.empty()) {
      refuse("branches: the output '" + printable(output_) + "' is also read by " +
             text(*readers.front()));
    }
    return nullptr;
  }
  if (readers.empty()) {
    refuse("ends at tensor '" + printable(tensor_) + "', which is not the output '" +
           printable(output_) + "'");
  }
  if (readers.size() > 1) {
    refuse("branches: tensor '" + printable(tensor_) + "' is read by " + text(*readers[0]) +
           " and " + text(*readers[1]) + ": needs a chain of layers");
  }
  if (!taken_.insert(readers.front()).second) {
    refuse("runs in a circle at " + text(*readers.front()));
  }
  return readers.front();
}

ImportedNetwork OnnxChain::read() {
  const onnx::ValueInfoProto& input = the_input();
  output_ = graph_.output(0).name();
  tensor_ = input.name();
  sizes_ = sizes_of(input);
  index_nodes();
  while (const onnx::NodeProto* node = next()) {
    take(*node);
    tensor_ = node->output(0);
  }
  if (imported_.network.layers.empty())
    refuse("holds no Gemm or MatMul: " + std::string(kWhatRuns));
  if (holds_ == Holds::activations) {
    refuse("ends in a Relu: the machine's last layer has none, its class is the largest sum");
  }
  for (const onnx::NodeProto& node : graph_.node()) {
    if (taken_.count(&node) == 0) {
      refuse(full_text(node) + ", does not lie between input and output: needs a chain of layers");
    }
  }
  imported_.format = "ONNX";
  const auto& rounded = constants_.notes();
  imported_.notes.insert(imported_.notes.begin(), rounded.begin(), rounded.end());
  check_network(imported_.network, file_);
  return std::move(imported_);
}

void OnnxChain::take(const onnx::NodeProto& node) {
  if (!plain_domain(node.domain())) refuse_operator(node);
  if (node.output_size() < 1 || node.output(0).empty()) refuse(text(node) + " makes nothing");
  const std::string& op = node.op_type();
  if (op == "Gemm") return take_gemm(node);
  if (op == "MatMul") return take_matmul(node);
  if (op == "Add") return take_add(node);
  if (op == "Relu") return take_relu(node);
  if (op == "Dropout") return take_dropout(node);
  if (op == "Softmax" || op == "LogSoftmax" || op == "ArgMax") return take_end(node);
  if (op == "Identity") return drop(node, "it changes nothing");
  if (op == "Cast") {
    const bool to_float = integer_attribute(node, "to", 0) == onnx::TensorProto::FLOAT;
    if (!to_float && holds_ != Holds::classes)
      refuse(text(node) + " is a Cast to another type than FLOAT");
    return drop(node, "numbers are float32 here");
  }
  if (is_reshaping(op)) {
    if (holds_ == Holds::probabilities || holds_ == Holds::classes) refuse_operator(node);
    check_attributes(node, {"axis", "axes", "allowzero"});
    sizes_ = reshapes_.apply(node, tensor_, sizes_);
    return drop(node, "the numbers of a sample keep their order");
  }
  refuse_operator(node);
}

void OnnxChain::drop(const onnx::NodeProto& node, const std::string& why) {
  imported_.notes.push_back("left out " + full_text(node) + ": " + why);
}

ConstantPointer OnnxChain::numbers(const onnx::NodeProto& node, const std::string& tensor,
                                   const std::string& role) {
  if (!constants_.holds(tensor)) {
    refuse(full_text(node) + ", takes its " + role + " from '" + printable(tensor) +
           "', which is no constant of the file: needs fixed " + role);
  }
  ConstantPointer values = constants_.values(tensor);
  if (!values->of_floats) {
    refuse(text(node) + " has " + role + " of integers: needs floating-point numbers");
  }
  return values;
}

float OnnxChain::scaled(const onnx::NodeProto& node, float value, double factor,
                        const char* name) const {
  const double exact = static_cast<double>(value) * factor;  // two floats: exact in a double
  const auto rounded = static_cast<float>(exact);
  if (static_cast<double>(rounded) != exact) {
    refuse(text(node) + " multiplies by " + name +
           ", which float32 does not hold exactly: needs 1, or a power of two");
  }
  return rounded;
}

void OnnxChain::check_before_layer(const onnx::NodeProto& node) {
  const std::string what = full_text(node) + ",";
  if (holds_ == Holds::sums) {
    refuse(what + " follows " + text(*layer_) + " without a Relu between them: " + kWhatRuns);
  }
  if (holds_ != Holds::inputs && holds_ != Holds::activations) {
    refuse(what + " follows a Softmax or ArgMax, which may stand at the end alone");
  }
  if (sizes_ && sizes_->size() != 2) {
    refuse(what + " takes a tensor of " + sizes_text(sizes_) +
           ": needs samples x inputs, so a Flatten before it");
  }
}

void OnnxChain::add_layer(const onnx::NodeProto& node, const std::string& weights,
                          bool outputs_first, double factor) {
  check_before_layer(node);
  const ConstantPointer matrix = numbers(node, weights, "weights");
  const bool good = matrix->shape.size() == 2 && matrix->shape[0] >= 1 && matrix->shape[1] >= 1 &&
                    matrix->shape[0] <= kMaxLayerWidth && matrix->shape[1] <= kMaxLayerWidth;
  if (!good) {
    refuse(text(node) + " has weights of " + sizes_text(matrix->shape) +
           ": needs a matrix with sizes of 1 to " + std::to_string(kMaxLayerWidth));
  }
  const Eigen::Index n_in = matrix->shape[outputs_first ? 1 : 0];
  const Eigen::Index n_out = matrix->shape[outputs_first ? 0 : 1];
  const bool chained = imported_.network.layers.empty()
                           ? !sizes_ || (*sizes_)[1] < 0 || (*sizes_)[1] == n_in
                           : imported_.network.layers.back().biases.size() == n_in;
  if (!chained) {
    refuse(text(node) + " takes " + std::to_string(n_in) + " inputs, but what it reads has " +
           std::to_string(imported_.network.layers.empty()
                              ? (*sizes_)[1]
                              : imported_.network.layers.back().biases.size()));
  }
  if (imported_.network.layers.size() == static_cast<std::size_t>(kMaxLayers)) {
    refuse(text(node) + " is layer " + std::to_string(kMaxLayers + 1) + ": needs at most " +
           std::to_string(kMaxLayers));
  }
  NetworkLayer layer;
  layer.weights.resize(n_out, n_in);
  for (Eigen::Index j = 0; j < n_in; ++j) {
    for (Eigen::Index i = 0; i < n_out; ++i) {
      const auto at = static_cast<std::size_t>(outputs_first ? i * n_in + j : j * n_out + i);
      layer.weights(i, j) = scaled(node, matrix->floats[at], factor, "alpha");
    }
  }
  layer.biases = Eigen::VectorXf::Zero(n_out);
  imported_.network.layers.push_back(std::move(layer));
  layer_ = &node;
  has_biases_ = false;
  holds_ = Holds::sums;
  sizes_ = std::vector<std::int64_t>{sizes_ ? sizes_->front() : -1, n_out};
}

void OnnxChain::set_biases(const onnx::NodeProto& node, const std::string& biases, double factor) {
  const ConstantPointer vector = numbers(node, biases, "biases");
  Eigen::VectorXf& into = imported_.network.layers.back().biases;
  std::vector<std::int64_t> shape = vector->shape;
  while (shape.size() > 1 && shape.front() == 1) shape.erase(shape.begin());
  const bool one = shape.empty() || (shape.size() == 1 && shape[0] == 1);
  if (!one && !(shape.size() == 1 && shape[0] == into.size())) {
    refuse(text(node) + " has biases of " + sizes_text(vector->shape) + " for " +
           std::to_string(into.size()) + " neurons");
  }
  for (Eigen::Index i = 0; i < into.size(); ++i) {
    into(i) = scaled(node, vector->floats[one ? 0 : static_cast<std::size_t>(i)], factor, "beta");
  }
  has_biases_ = true;
}

void OnnxChain::take_gemm(const onnx::NodeProto& node) {
  check_attributes(node, {"alpha", "beta", "transA", "transB"});
  if (node.input_size() < 2 || node.input(0) != tensor_) {
    refuse(text(node) + ", a Gemm, does not take the samples as its first matrix");
  }
  if (integer_attribute(node, "transA", 0) != 0) {
    refuse(text(node) + ", a Gemm, transposes the samples (transA): needs transA = 0");
  }
  const auto factor = [&](const char* name) {
    const onnx::AttributeProto* found = attribute(node, name);
    return found == nullptr ? 1.0 : static_cast<double>(found->f());
  };
  add_layer(node, node.input(1), integer_attribute(node, "transB", 0) != 0, factor("alpha"));
  if (node.input_size() > 2 && !node.input(2).empty()) {
    set_biases(node, node.input(2), factor("beta"));
  }
}

void OnnxChain::take_matmul(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (node.input_size() != 2 || node.input(0) != tensor_) {
    refuse(text(node) + ", a MatMul, does not take the samples as its first matrix");
  }
  add_layer(node, node.input(1), false, 1);
}

void OnnxChain::take_add(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (holds_ == Holds::inputs) refuse_operator(node);
  if (holds_ != Holds::sums || has_biases_ || node.input_size() != 2) {
    refuse(text(node) +
           ", an Add, does not add the biases of a Gemm or MatMul before it: " + kWhatRuns);
  }
  const std::string& other = node.input(node.input(0) == tensor_ ? 1 : 0);
  if (other == tensor_) refuse(text(node) + ", an Add, adds a tensor to itself: " + kWhatRuns);
  set_biases(node, other, 1);
}

void OnnxChain::take_relu(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (holds_ != Holds::sums) {
    refuse(text(node) + ", a Relu, does not follow a layer: " + kWhatRuns);
  }
  holds_ = Holds::activations;
}

void OnnxChain::take_dropout(const onnx::NodeProto& node) {
  check_attributes(node, {"ratio", "seed"});
  if (node.input_size() < 1 || node.input(0) != tensor_) refuse_operator(node);
  if (node.input_size() > 2 && !node.input(2).empty()) {
    const bool constant = constants_.holds(node.input(2));
    const ConstantPointer mode = constant ? constants_.values(node.input(2)) : nullptr;
    if (mode == nullptr || mode->integers != std::vector<std::int64_t>{0}) {
      refuse(text(node) + ", a Dropout, is of training: export the model for inference");
    }
  }
  drop(node, "it changes nothing at inference");
}

void OnnxChain::take_end(const onnx::NodeProto& node) {
  const bool chooses = node.op_type() == "ArgMax";
  check_attributes(node, chooses ? std::set<std::string>{"axis", "keepdims", "select_last_index"}
                                 : std::set<std::string>{"axis"});
  if (holds_ != Holds::sums && !(chooses && holds_ == Holds::probabilities)) {
    refuse(full_text(node) + ", does not follow the last layer");
  }
  const std::int64_t otherwise = chooses ? 0 : operator_set_ < 13 ? 1 : -1;
  const std::int64_t axis = integer_attribute(node, "axis", otherwise);
  if (axis != 1 && axis != -1) {
    refuse(full_text(node) + ", works across samples: needs axis 1");
  }
  if (integer_attribute(node, "select_last_index", 0) != 0) {
    refuse(text(node) + ", an ArgMax, takes the last of equals: the machine takes the first");
  }
  holds_ = chooses ? Holds::classes : Holds::probabilities;
  drop(node, chooses ? "the class is the largest sum" : "it does not change the class");
}

}  // namespace minerva
