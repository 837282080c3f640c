#include "onnx_chain.hpp"

#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"
#include "onnx_quant.hpp"
#include "onnx_refusal.hpp"

namespace minerva {
namespace {

constexpr std::int64_t kOldestOperatorSet = 7;  // before it, Add and Gemm broadcast by attributes

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
                     std::size_t largest_bytes, OnnxExternalData& external)
    : model_(model),
      graph_(model.graph()),
      file_(file),
      operator_set_(operator_set_of(model, file)),
      constants_(graph_, file_, largest_bytes, external),
      reshapes_(graph_, file_, constants_),
      folding_(file_, largest_bytes) {}

std::string OnnxChain::text(const onnx::NodeProto& node) const { return node_text(graph_, node); }

/// "node 'y', an ArgMax".
std::string OnnxChain::full_text(const onnx::NodeProto& node) const {
  const std::string start = text(node);  // that of a node without a name ends in a comma
  return start + (start.back() == ',' ? " " : ", ") + with_article(printable(node.op_type()));
}

void OnnxChain::refuse_operator(const onnx::NodeProto& node) const {
  std::string op = printable(node.op_type());
  const std::string need = needed_for(op);
  if (!plain_domain(node.domain())) op += " of " + printable(node.domain());
  refuse(text(node) + " is " + with_article(op) + ": " + kWhatRuns + need);
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
  while (const onnx::NodeProto* node = next()) tensor_ = take(*node);
  if (folding_.layers() == 0) refuse("holds no Gemm or MatMul: " + std::string(kWhatRuns));
  if (holds_ == Holds::activations) {
    refuse("ends in a Relu: the machine's last layer has none, its class is the largest sum");
  }
  for (const onnx::NodeProto& node : graph_.node()) {
    if (taken_.count(&node) == 0) {
      refuse(full_text(node) + ", does not lie between input and output: needs a chain of layers");
    }
  }
  finish();
  return std::move(imported_);
}

/// What the layers are once all nodes are taken.
void OnnxChain::finish() {
  imported_.format = "ONNX";
  imported_.network = folding_.network();
  std::vector<std::string> notes = constants_.notes();
  notes.insert(notes.end(), imported_.notes.begin(), imported_.notes.end());
  notes.insert(notes.end(), folding_.notes().begin(), folding_.notes().end());
  if (pending_.inputs) {
    notes.push_back("left out " + pending_.inputs->node +
                    " behind the last layer: where it makes sums equal, the class here is that of "
                    "the largest sum before it");
  }
  imported_.notes = std::move(notes);
  std::string plan;
  for (const auto& property : model_.metadata_props()) {
    if (property.key() == "minerva_plan") plan = property.value();
  }
  check_network(imported_.network, file_);
  add_plan(imported_, folding_.quants(), plan, file_);
  if (end_ == nullptr) {
    if (make_two_outputs(imported_.network)) {
      imported_.notes.push_back(
          "the one output is taken as the sum before a sigmoid: two outputs, 0 and the sum; the "
          "class is 1 where the sum is above 0, and 0 at 0");
    }
  } else {
    name_end(*end_);
  }
}

std::string OnnxChain::take(const onnx::NodeProto& node) {
  if (begins_products(node)) return take_products(node);
  if (node.output_size() < 1 || node.output(0).empty()) refuse(text(node) + " makes nothing");
  take_one(node);
  return node.output(0);
}

void OnnxChain::take_one(const onnx::NodeProto& node) {
  if (is_quant(node)) return take_quant(node);
  if (!plain_domain(node.domain())) refuse_operator(node);
  const std::string& op = node.op_type();
  if (op == "Gemm") return take_gemm(node);
  if (op == "MatMul") return take_matmul(node);
  if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") return take_arithmetic(node);
  if (op == "BatchNormalization") return take_batch_normalization(node);
  if (op == "Relu") return take_relu(node);
  if (op == "Clip") return take_clip(node);
  if (op == "Max") return take_max(node);
  if (op == "Shrink") return take_shrink(node);
  if (op == "Dropout") return take_dropout(node);
  if (op == "Softmax" || op == "LogSoftmax" || op == "ArgMax" || op == "Sigmoid" || op == "Tanh") {
    return take_end(node);
  }
  if (op == "Identity") return drop(node, "it changes nothing");
  if (op == "Cast") return take_cast(node);
  if (is_reshaping(op)) return take_reshape(node);
  refuse_operator(node);
}

void OnnxChain::take_cast(const onnx::NodeProto& node) {
  const bool to_float = integer_attribute(node, "to", 0) == onnx::TensorProto::FLOAT;
  if (!to_float && holds_ != Holds::classes) {
    refuse(text(node) + " is a Cast to another type than FLOAT");
  }
  drop(node, "numbers are float32 here");
}

void OnnxChain::take_reshape(const onnx::NodeProto& node) {
  if (holds_ == Holds::classes) refuse_operator(node);
  check_attributes(node, {"axis", "axes", "allowzero"});
  sizes_ = reshapes_.apply(node, tensor_, sizes_);
  drop(node, "the numbers of a sample keep their order");
}

void OnnxChain::drop(const onnx::NodeProto& node, const std::string& why) {
  imported_.notes.push_back("left out " + full_text(node) + ": " + why);
}

ConstantPointer OnnxChain::numbers(const onnx::NodeProto& node, const std::string& tensor,
                                   const std::string& role) {
  if (!constants_.holds(tensor)) {
    // A Quant of weights that does not fold says itself what is wrong with it.
    for (const onnx::NodeProto& maker : graph_.node()) {
      const bool makes = maker.output_size() == 1 && maker.output(0) == tensor;
      if (makes && is_quant(maker)) quant_signal(maker, constants_, full_text(maker) + ",", file_);
    }
    refuse(full_text(node) + ", takes its " + role + " from '" + printable(tensor) +
           "', which is no constant of the file: needs fixed " + role);
  }
  ConstantPointer values = constants_.values(tensor);
  if (!values->of_floats) {
    refuse(text(node) + " has " + role + " of integers: needs floating-point numbers");
  }
  return values;
}

}  // namespace minerva
