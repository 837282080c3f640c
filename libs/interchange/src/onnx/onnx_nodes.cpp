#include "onnx/onnx_nodes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "onnx/onnx_refusal.hpp"
#include "qonnx/onnx_quant.hpp"

namespace minerva {
namespace {

constexpr std::int64_t kOldestOperatorSet = 7;  // before it, Add and Gemm broadcast by attributes

std::int64_t operator_set_of(const onnx::ModelProto& model, const std::string& file) {
  std::int64_t version = 0;
  for (const auto& set : model.opset_import()) {
    if (is_plain_domain(set.domain())) version = std::max(version, set.version());
  }
  if (version < kOldestOperatorSet) {
    refuse_onnx(file, "is of operator set " + std::to_string(version) + ": needs " +
                          std::to_string(kOldestOperatorSet) + " or later");
  }
  return version;
}

}  // namespace

OnnxNodes::OnnxNodes(const onnx::ModelProto& model, const std::string& file,
                     std::size_t largest_bytes, OnnxExternalData& external)
    : model_(model),
      graph_(model.graph()),
      file_(file),
      operator_set_(operator_set_of(model, file)),
      constants_(graph_, file_, largest_bytes, external),
      reshapes_(graph_, file_, constants_) {}

std::string OnnxNodes::text(const onnx::NodeProto& node) const { return node_text(graph_, node); }

/// "node 'y', an ArgMax".
std::string OnnxNodes::full_text(const onnx::NodeProto& node) const {
  const std::string start = text(node);  // that of a node without a name ends in a comma
  return start + (start.back() == ',' ? " " : ", ") + with_article(printable(node.op_type()));
}

void OnnxNodes::refuse_operator(const onnx::NodeProto& node) const {
  std::string op = printable(node.op_type());
  const std::string need = needed_for(op);
  if (!is_plain_domain(node.domain())) op += " of " + printable(node.domain());
  refuse(text(node) + " is " + with_article(op) + ": " + kWhatRuns + need);
}

void OnnxNodes::check_attributes(const onnx::NodeProto& node,
                                 const std::set<std::string>& known) const {
  for (const onnx::AttributeProto& each : node.attribute()) {
    if (known.count(each.name()) == 0) {
      refuse(full_text(node) + ", has the attribute " + printable(each.name()) +
             ", which is not known here");
    }
  }
}

const onnx::ValueInfoProto& OnnxNodes::the_input() const {
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

void OnnxNodes::index_nodes() {
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

void OnnxNodes::drop(const onnx::NodeProto& node, const std::string& why) {
  imported_.notes.push_back("left out " + full_text(node) + ": " + why);
}

ConstantPointer OnnxNodes::numbers(const onnx::NodeProto& node, const std::string& tensor,
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

/// Clip from 0 without an upper limit is a ReLU.
void OnnxNodes::check_clip(const onnx::NodeProto& node) {
  check_attributes(node, {"min", "max"});
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
}

void OnnxNodes::check_dropout(const onnx::NodeProto& node) {
  check_attributes(node, {"ratio", "seed"});
  if (node.input_size() > 2 && !node.input(2).empty()) {
    const bool constant = constants_.holds(node.input(2));
    const ConstantPointer mode = constant ? constants_.values(node.input(2)) : nullptr;
    if (mode == nullptr || mode->integers != std::vector<std::int64_t>{0}) {
      refuse(text(node) + ", a Dropout, is of training: export the model for inference");
    }
  }
}

void OnnxNodes::check_end(const onnx::NodeProto& node, bool is_vector, std::int64_t outputs) const {
  const std::string& op = node.op_type();
  const bool chooses = op == "ArgMax";
  const bool by_number = op == "Sigmoid" || op == "Tanh";
  if (by_number) {
    check_attributes(node, {});
  } else {
    check_attributes(node, chooses ? std::set<std::string>{"axis", "keepdims", "select_last_index"}
                                   : std::set<std::string>{"axis"});
    const std::int64_t otherwise = chooses ? 0 : operator_set_ < 13 ? 1 : -1;
    const std::int64_t axis = integer_attribute(node, "axis", otherwise);
    if ((axis != 1 && axis != -1) || !is_vector) {
      refuse(full_text(node) + ", works across samples: needs axis 1");
    }
    if (integer_attribute(node, "select_last_index", 0) != 0) {
      refuse(text(node) + ", an ArgMax, takes the last of equals: the machine takes the first");
    }
    if (outputs == 1) {
      refuse(full_text(node) +
             ", of one output gives every sample the same: needs a Sigmoid, or "
             "two outputs");
    }
  }
}

/// The note of the operator at the end.
void OnnxNodes::name_end(const onnx::NodeProto& node, GraphNetwork& network) {
  const std::string& op = node.op_type();
  if (op == "ArgMax") return;  // said when it was taken
  if (op == "Softmax" || op == "LogSoftmax") return drop(node, "it does not change the class");
  if (make_two_outputs(network)) {
    drop(node, std::string("the one output becomes two, 0 and the sum before the ") + op +
                   "; the class is 1 where the sum is above 0 (the output above " +
                   (op == "Tanh" ? "0" : "0.5") + "), and 0 at 0");
    return;
  }
  drop(node, "it rises with its sum; where it rounds outputs to equal numbers (sums above about " +
                 std::string(op == "Tanh" ? "9" : "17") + "), the class here is the largest sum");
}

void OnnxNodes::name_one_output(GraphNetwork& network) {
  if (!make_two_outputs(network)) return;
  imported_.notes.push_back(
      "the one output is taken as the sum before a sigmoid: two outputs, 0 and the sum; the "
      "class is 1 where the sum is above 0, and 0 at 0");
}

std::string OnnxNodes::property(const std::string& key) const {
  std::string value;
  for (const auto& each : model_.metadata_props()) {
    if (each.key() == key) value = each.value();
  }
  return value;
}

double OnnxNodes::epsilon_of(const onnx::NodeProto& node) const {
  const onnx::AttributeProto* given = attribute(node, "epsilon");
  constexpr float kEpsilon = 1e-5F;  // ONNX, BatchNormalization: the default
  return static_cast<double>(given == nullptr ? kEpsilon : given->f());
}

Elementwise OnnxNodes::channels_of(const onnx::NodeProto& node) {
  check_attributes(node, {"epsilon", "momentum", "training_mode", "spatial"});
  bool training = integer_attribute(node, "training_mode", 0) != 0;
  for (int i = 1; i < node.output_size(); ++i) training = training || !node.output(i).empty();
  if (training)
    refuse(text(node) +
           ", a BatchNormalization, is of training: export the model for "
           "inference (model.eval())");
  if (integer_attribute(node, "spatial", 1) == 0) {
    refuse(text(node) + ", a BatchNormalization, has spatial = 0: needs one mean for each channel");
  }
  ConstantPointer lists[4];
  const char* roles[4] = {"scale", "bias", "mean", "variance"};
  for (int i = 0; i < 4; ++i) lists[i] = numbers(node, node.input(i + 1), roles[i]);
  return batch_normalization(lists[0]->floats, lists[1]->floats, lists[2]->floats, lists[3]->floats,
                             epsilon_of(node), file_, full_text(node));
}

Elementwise OnnxNodes::arithmetic(const onnx::NodeProto& node, std::vector<double> values,
                                  bool first) const {
  const std::string& op = node.op_type();
  Elementwise step;
  if (op == "Add") {
    step.offset = std::move(values);
  } else if (op == "Sub") {
    if (first) step.factor = {-1};
    if (!first) std::for_each(values.begin(), values.end(), [](double& v) { v = -v; });
    step.offset = std::move(values);
  } else if (op == "Mul") {
    step.factor = std::move(values);
  } else {
    if (first) {
      refuse(full_text(node) + ", divides by what it reads: " + kWhatRuns);
    }
    if (std::count(values.begin(), values.end(), 0.0) > 0) {
      refuse(full_text(node) + ", divides by 0");
    }
    std::for_each(values.begin(), values.end(), [](double& v) { v = 1 / v; });
    step.factor = std::move(values);
  }
  return step;
}

}  // namespace minerva
