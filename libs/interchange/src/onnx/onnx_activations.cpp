#include <algorithm>
#include <cmath>
#include <limits>

#include "minerva/base/text.hpp"
#include "onnx/onnx_chain.hpp"
#include "onnx/onnx_refusal.hpp"

// What stands between the layers, and behind the last.
namespace minerva {

void OnnxChain::activate(const onnx::NodeProto& node) {
  if (holds_ != Holds::sums) {
    refuse(full_text(node) + ", does not follow a layer: " + kWhatRuns);
  }
  folding_.activate();
  holds_ = Holds::activations;
}

void OnnxChain::take_relu(const onnx::NodeProto& node) {
  check_attributes(node, {});
  activate(node);
}

/// Clip from 0 without an upper limit is a ReLU.
void OnnxChain::take_clip(const onnx::NodeProto& node) {
  if (node.input_size() < 1 || node.input(0) != tensor_) refuse_operator(node);
  check_clip(node);
  activate(node);
  imported_.notes.push_back("took " + full_text(node) +
                            " from 0 without an upper limit, as a Relu");
}

/// The larger of each number and 0 is a ReLU.
void OnnxChain::take_max(const onnx::NodeProto& node) {
  check_attributes(node, {});
  const Operand other = operand(node, "limits");
  const std::vector<float>& limits = other.values->floats;
  if (!std::all_of(limits.begin(), limits.end(), [](float each) { return each == 0; })) {
    refuse(text(node) + " is a Max with another number than 0: " + kWhatRuns);
  }
  spread(node, *other.values);  // refuses sizes that are not the sample's
  activate(node);
  imported_.notes.push_back("took " + full_text(node) + " with 0, as a Relu");
}

void OnnxChain::take_dropout(const onnx::NodeProto& node) {
  if (node.input_size() < 1 || node.input(0) != tensor_) refuse_operator(node);
  check_dropout(node);
  drop(node, "it changes nothing at inference");
}

/// Softmax, LogSoftmax, Sigmoid, Tanh and ArgMax, which keep the largest output where it is. What
/// they stand for is known at the end alone: name_end says it.
void OnnxChain::take_end(const onnx::NodeProto& node) {
  const std::string& op = node.op_type();
  const bool chooses = op == "ArgMax";
  if (holds_ != Holds::sums && !(chooses && holds_ == Holds::ends)) {
    if (holds_ == Holds::inputs || holds_ == Holds::activations) refuse_operator(node);
    refuse(full_text(node) + ", does not follow the last layer");
  }
  check_end(node, !sizes_ || sizes_->size() == 2, folding_.outputs());
  if (!(chooses && end_ != nullptr)) end_ = &node;
  holds_ = chooses ? Holds::classes : Holds::ends;
  if (chooses) drop(node, "the class is the largest sum");
}

}  // namespace minerva
