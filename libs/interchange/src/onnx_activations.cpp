#include <algorithm>
#include <cmath>
#include <limits>

#include "minerva/base/text.hpp"
#include "onnx_chain.hpp"
#include "onnx_refusal.hpp"

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
  check_attributes(node, {"min", "max"});
  if (node.input_size() < 1 || node.input(0) != tensor_) refuse_operator(node);
  const auto limit = [&](const char* name, int input, double otherwise) {
    if (const onnx::AttributeProto* given = attribute(node, name)) {
      return static_cast<double>(given->f());
    }
    if (node.input_size() <= input || node.input(input).empty()) return otherwise;
    if (!constants_.holds(node.input(input))) {
      refuse(full_text(node) + ", takes its " + name + " from '" + printable(node.input(input)) +
             "', which is no constant of the file");
    }
    const std::vector<double> values = constants_.plain_numbers(node.input(input));
    if (values.size() != 1) refuse(full_text(node) + ", has no single " + std::string(name));
    return values.front();
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr auto kLargestFloat = static_cast<double>(std::numeric_limits<float>::max());
  const double min = limit("min", 1, -kInfinity);
  const double max = limit("max", 2, kInfinity);
  if (min != 0 || !(max >= kLargestFloat)) {
    refuse(text(node) + " is a Clip to " + number_text(min) + " .. " + number_text(max) +
           (min == 0 && max == 6 ? " (ReLU6)" : "") + ": " + kWhatRuns + needed_for("Clip"));
  }
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

/// Softmax, LogSoftmax, Sigmoid, Tanh and ArgMax, which keep the largest output where it is. What
/// they stand for is known at the end alone: name_end says it.
void OnnxChain::take_end(const onnx::NodeProto& node) {
  const std::string& op = node.op_type();
  const bool chooses = op == "ArgMax";
  const bool by_number = op == "Sigmoid" || op == "Tanh";
  if (holds_ != Holds::sums && !(chooses && holds_ == Holds::ends)) {
    if (holds_ == Holds::inputs || holds_ == Holds::activations) refuse_operator(node);
    refuse(full_text(node) + ", does not follow the last layer");
  }
  if (by_number) {
    check_attributes(node, {});
  } else {
    check_attributes(node, chooses ? std::set<std::string>{"axis", "keepdims", "select_last_index"}
                                   : std::set<std::string>{"axis"});
    const std::int64_t otherwise = chooses ? 0 : operator_set_ < 13 ? 1 : -1;
    const std::int64_t axis = integer_attribute(node, "axis", otherwise);
    if ((axis != 1 && axis != -1) || (sizes_ && sizes_->size() != 2)) {
      refuse(full_text(node) + ", works across samples: needs axis 1");
    }
    if (integer_attribute(node, "select_last_index", 0) != 0) {
      refuse(text(node) + ", an ArgMax, takes the last of equals: the machine takes the first");
    }
    if (folding_.outputs() == 1) {
      refuse(full_text(node) +
             ", of one output gives every sample the same: needs a Sigmoid, or "
             "two outputs");
    }
  }
  if (!(chooses && end_ != nullptr)) end_ = &node;
  holds_ = chooses ? Holds::classes : Holds::ends;
  if (chooses) drop(node, "the class is the largest sum");
}

/// The note of the operator at the end.
void OnnxChain::name_end(const onnx::NodeProto& node) {
  const std::string& op = node.op_type();
  if (op == "ArgMax") return;  // said when it was taken
  if (op == "Softmax" || op == "LogSoftmax") return drop(node, "it does not change the class");
  if (make_two_outputs(imported_.network)) {
    drop(node, std::string("the one output becomes two, 0 and the sum before the ") + op +
                   "; the class is 1 where the sum is above 0 (the output above " +
                   (op == "Tanh" ? "0" : "0.5") + "), and 0 at 0");
    return;
  }
  drop(node, "it rises with its sum; where it rounds outputs to equal numbers (sums above about " +
                 std::string(op == "Tanh" ? "9" : "17") + "), the class here is the largest sum");
}

}  // namespace minerva
