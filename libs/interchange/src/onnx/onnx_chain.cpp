#include "onnx/onnx_chain.hpp"

#include <algorithm>
#include <utility>

#include "minerva/base/errors.hpp"
#include "onnx/onnx_refusal.hpp"
#include "qonnx/onnx_quant.hpp"

namespace minerva {

OnnxChain::OnnxChain(const onnx::ModelProto& model, const std::string& file,
                     std::size_t largest_bytes, OnnxExternalData& external)
    : OnnxNodes(model, file, largest_bytes, external), folding_(file_, largest_bytes) {}
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
  const Network network = folding_.network();
  std::vector<std::string> notes = constants_.notes();
  notes.insert(notes.end(), imported_.notes.begin(), imported_.notes.end());
  notes.insert(notes.end(), folding_.notes().begin(), folding_.notes().end());
  if (pending_.inputs) {
    notes.push_back("left out " + pending_.inputs->node +
                    " behind the last layer: where it makes sums equal, the class here is that of "
                    "the largest sum before it");
  }
  imported_.notes = std::move(notes);
  check_network(network, file_);
  imported_.network = graph_network(network);
  add_plan(imported_, folding_.quants(), own_plan(), file_);
  if (end_ == nullptr) {
    name_one_output(imported_.network);
  } else {
    name_end(*end_, imported_.network);
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
  if (!is_plain_domain(node.domain())) refuse_operator(node);
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

}  // namespace minerva
