#include <algorithm>
#include <utility>

#include "minerva/base/text.hpp"
#include "onnx/graph/graph_reader.hpp"
#include "onnx/onnx_refusal.hpp"

// What is done number by number, and additions of tensors.
namespace minerva {

/// A ReLU belongs to a layer with weights: a maximum between both may stand on either side of it.
GraphTensor OnnxGraphReader::take_relu(const onnx::NodeProto& node, int input) {
  GraphTensor tensor = input_of(node, input);
  if (node.op_type() == "Clip") {
    check_clip(node);
  } else {
    check_attributes(node, {});
  }
  if (tensor.pending.of != PendingStep::Of::nothing) {
    refuse(full_text(node) +
           ", follows factors or offsets that fold into no layer before it (behind a ReLU, a pool "
           "or an addition): " +
           kWhatRuns);
  }
  if (tensor.is_nonnegative) {
    drop(node, "its inputs are 0 or more already");
    return tensor;
  }
  if (tensor.relu_of < 0 || !tensor.is_plain()) {
    const bool shared = tensor.tensor > 0 && found(tensor.tensor - 1).layer.has_weights();
    refuse(full_text(node) +
           (shared ? ", follows sums that another node reads without it: the machine keeps one of "
                     "both"
                   : ", does not follow a layer with weights: " + std::string(kWhatRuns)));
  }
  if (node.op_type() == "Clip") {
    imported_.notes.push_back("took " + full_text(node) +
                              " from 0 without an upper limit, as a Relu");
  }
  found(tensor.relu_of).layer.relu = true;
  tensor.sums_of = tensor.relu_of = -1;
  tensor.is_nonnegative = true;
  return tensor;
}

/// The larger of each number and 0 is a ReLU.
GraphTensor OnnxGraphReader::take_max(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (node.input_size() != 2) refuse(full_text(node) + ", needs two inputs");
  const int constant = constants_.holds(node.input(0)) ? 0 : 1;
  const ConstantPointer limits = numbers(node, node.input(constant), "limits");
  if (!std::all_of(limits->floats.begin(), limits->floats.end(),
                   [](float each) { return each == 0; })) {
    refuse(text(node) + " is a Max with another number than 0: " + kWhatRuns);
  }
  GraphTensor tensor = take_relu(node, 1 - constant);
  imported_.notes.push_back("took " + full_text(node) + " with 0, as a Relu");
  return tensor;
}

/// How the numbers of a constant belong to those of a tensor.
PendingStep OnnxGraphReader::spread(const onnx::NodeProto& node, const GraphTensor& tensor,
                                    const OnnxConstant& constant) {
  PendingStep step;
  step.step.offset.assign(constant.floats.begin(), constant.floats.end());
  const auto misfit = [&] {
    refuse(full_text(node) + ", has a constant of " + sizes_text(constant.shape) +
           " for samples of " + sizes_of_tensor(tensor) +
           ": needs one number, one a channel, or one for each of a sample's");
  };
  if (constant.floats.size() == 1) {
    step.of = PendingStep::Of::all;
    return step;
  }
  std::vector<std::int64_t> shape = constant.shape;
  while (!shape.empty() && shape.front() == 1) shape.erase(shape.begin());
  if (shape.size() > tensor.dimensions.size() || !tensor.is_plain()) misfit();
  shape.insert(shape.begin(), tensor.dimensions.size() - shape.size(), 1);
  std::size_t long_ones = 0;
  std::size_t along = 0;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) continue;
    if (shape[d] != tensor.dimensions[d].size()) misfit();
    ++long_ones;
    along = d;
  }
  const std::vector<GraphAxis>& axes = tensor.dimensions[along].axes;
  const auto is_long = [](const GraphAxis& axis) { return axis.size > 1; };
  if (long_ones == 1 && std::count_if(axes.begin(), axes.end(), is_long) == 1) {
    step.of = PendingStep::Of::axis;
    step.label = std::find_if(axes.begin(), axes.end(), is_long)->label;
    return step;
  }
  if (static_cast<std::int64_t>(constant.floats.size()) != tensor.words()) misfit();
  step.of = PendingStep::Of::words;
  return step;
}

/// Biases of a layer without: they keep their bits.
void OnnxGraphReader::set_biases(const onnx::NodeProto& node, int k, const OnnxConstant& biases) {
  FoundLayer& layer = found(k);
  const auto channels = static_cast<std::size_t>(layer.layer.channels);
  if (biases.floats.size() != 1 && biases.floats.size() != channels) {
    refuse(full_text(node) + ", has biases of " + sizes_text(biases.shape) + " for " +
           std::to_string(channels) + " channels");
  }
  Eigen::VectorXf values(layer.layer.channels);
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    values(i) = biases.floats[biases.floats.size() == 1 ? 0 : static_cast<std::size_t>(i)];
  }
  layer.numbers.add_biases(std::move(values));
  layer.quants.biases = biases.quant;
  layer.has_biases = true;
}

/// Factors and offsets fold into the layer whose sums are at hand, or wait for the next.
GraphTensor OnnxGraphReader::fold(const onnx::NodeProto& node, GraphTensor tensor,
                                  const PendingStep& step) {
  const int k = tensor.sums_of;
  const bool by_channel =
      step.of == PendingStep::Of::all ||
      (step.of == PendingStep::Of::axis && k >= 0 && role_of(tensor, {step.label, 0}) == kChannel);
  std::string where = "into the layer behind it";
  if (k >= 0 && by_channel) {
    FoundLayer& layer = found(k);
    charge(2 * static_cast<std::size_t>(layer.numbers.weights.size()));
    layer.numbers.scale_sums(step.step);
    if (layer.quants.any() && !step.step.keeps_scale()) {
      layer.quants.obstacle =
          "factors of its sums are folded into it, behind the Quant of its weights";
    }
    where = "into the layer before it";
  } else {
    PendingStep& pending = tensor.pending;
    const bool alike = pending.of == step.of && pending.label == step.label;
    if (pending.of == PendingStep::Of::nothing) {
      pending = step;
    } else if (alike || step.of == PendingStep::Of::all) {
      pending.step = combined(pending.step, step.step);
    } else if (pending.of == PendingStep::Of::all) {
      const Elementwise both = combined(pending.step, step.step);
      pending = step;
      pending.step = both;
    } else {
      refuse(full_text(node) +
             ", scales or shifts along other axes than a node before it: needs one of both");
    }
    charge(pending.step.factor.size() + pending.step.offset.size());
    tensor.sums_of = tensor.relu_of = tensor.average_of = -1;
    tensor.is_nonnegative = false;
    if (tensor.tensor == 0) {
      where = "into the first layer: the machine reads the inputs as they are before it";
    }
  }
  imported_.notes.push_back("folded " + full_text(node) + ", " + where);
  return tensor;
}

/// Add, Sub, Mul and Div with a constant.
GraphTensor OnnxGraphReader::take_arithmetic(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (node.input_size() != 2) refuse(full_text(node) + ", needs two inputs");
  const std::string& op = node.op_type();
  const bool first = constants_.holds(node.input(0));
  if (!first && !constants_.holds(node.input(1))) {
    refuse(full_text(node) + ", works on two tensors of the samples: " + kWhatRuns);
  }
  GraphTensor tensor = input_of(node, first ? 1 : 0);
  const ConstantPointer constant =
      numbers(node, node.input(first ? 0 : 1), op == "Add" || op == "Sub" ? "offsets" : "factors");
  PendingStep step = spread(node, tensor, *constant);
  const int average = tensor.average_of;
  if (op == "Mul" && average >= 0 && step.of == PendingStep::Of::all &&
      constant->floats.front() == static_cast<float>(found(average).layer.divisor)) {
    found(average).layer.divisor = 1;  // an average, times the words of its window
    tensor.average_of = -1;
    imported_.notes.push_back("took " + full_text(node) + " and the average before it as a sum");
    return tensor;
  }
  const bool on_sums =
      tensor.sums_of >= 0 && (step.of == PendingStep::Of::all ||
                              (step.of == PendingStep::Of::axis && step.label == kChannel));
  if (op == "Add" && on_sums && !found(tensor.sums_of).has_biases) {
    set_biases(node, tensor.sums_of, *constant);
    return tensor;
  }
  step.step = arithmetic(node, std::move(step.step.offset), first);
  return fold(node, std::move(tensor), step);
}

GraphTensor OnnxGraphReader::take_batch_normalization(const onnx::NodeProto& node) {
  GraphTensor tensor = input_of(node, 0);
  if (node.input_size() != 5) refuse(full_text(node) + ", needs five inputs");
  PendingStep step;
  step.step = channels_of(node);
  const auto channels = static_cast<std::int64_t>(step.step.factor.size());
  const GraphDimension& second = tensor.dimensions.front();
  if (channels != second.size() || !tensor.is_plain()) {
    refuse(full_text(node) + ", has " + std::to_string(channels) + " channels for samples of " +
           sizes_of_tensor(tensor));
  }
  const auto is_long = [](const GraphAxis& axis) { return axis.size > 1; };
  const auto long_axes = std::count_if(second.axes.begin(), second.axes.end(), is_long);
  if (channels == 1) {
    step.of = PendingStep::Of::all;
  } else if (long_axes == 1) {
    step.of = PendingStep::Of::axis;
    step.label = std::find_if(second.axes.begin(), second.axes.end(), is_long)->label;
  } else if (tensor.dimensions.size() == 1) {
    step.of = PendingStep::Of::words;
  } else {
    refuse(full_text(node) + ", has a mean for each of several axes of samples of " +
           sizes_of_tensor(tensor));
  }
  imported_.notes.push_back("epsilon of " + text(node) + " is " + number_text(epsilon_of(node)));
  return fold(node, std::move(tensor), step);
}

/// How `addend` lies on the sums of a layer; nothing where it does not.
std::optional<AddedTensor> OnnxGraphReader::added_to(const GraphTensor& sums,
                                                     const GraphTensor& addend) {
  const std::optional<std::vector<int>> roles = roles_of(sums);
  if (!roles || sums.sizes() != addend.sizes() || !sums.is_plain()) return std::nullopt;
  if (addend.tensor == 0) {
    if (!resolve_input(*roles, addend)) return std::nullopt;
  } else if (roles_of(addend) != roles) {
    return std::nullopt;
  }
  AddedTensor added;
  added.tensor = addend.tensor;
  for (std::size_t d = 0; d < roles->size(); ++d) {
    const GraphDimension& dimension = addend.dimensions[d];
    const int role = (*roles)[d];
    const bool zeros = dimension.before + dimension.after > 0;
    if (role == kChannel ? dimension.step != 1 : zeros) return std::nullopt;
    if (role == kChannel) added.channel_offset = static_cast<int>(dimension.before);
    if (role == kRow) added.stride_y = static_cast<int>(dimension.step);
    if (role == kColumn) added.stride_x = static_cast<int>(dimension.step);
  }
  return added;
}

/// A shortcut: one of both tensors is the sums of a layer, which begin with the other one.
GraphTensor OnnxGraphReader::take_addition(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (node.input_size() != 2) {
    refuse(full_text(node) + ", adds " + std::to_string(node.input_size()) +
           " tensors: the machine adds one to the sums of a layer");
  }
  if (node.input(0) == node.input(1)) {
    refuse(full_text(node) + ", takes one tensor twice: " + kWhatRuns);
  }
  GraphTensor operands[2] = {input_of(node, 0), input_of(node, 1)};
  for (int i = 0; i < 2; ++i) {
    GraphTensor& sums = operands[i];
    const GraphTensor& addend = operands[1 - i];
    if (sums.sums_of < 0 || found(sums.sums_of).layer.added) continue;
    if (sums.pending.of != PendingStep::Of::nothing ||
        addend.pending.of != PendingStep::Of::nothing) {
      refuse(full_text(node) +
             ", adds what is scaled or shifted behind a ReLU, a pool or an addition, which folds "
             "into no layer");
    }
    const std::optional<AddedTensor> added = added_to(sums, addend);
    if (!added) continue;
    FoundLayer& layer = found(sums.sums_of);
    layer.layer.added = *added;
    layer.quants.added = addend.quant;
    if (addend.tensor == 0) input_is_read_ = true;
    sums.sums_of = -1;
    sums.is_nonnegative = false;
    return sums;
  }
  const bool on_sums = operands[0].sums_of >= 0 || operands[1].sums_of >= 0;
  refuse(full_text(node) + ", adds samples of " + sizes_of_tensor(operands[0]) + " and " +
         sizes_of_tensor(operands[1]) +
         (on_sums ? ": the machine adds an earlier tensor of the same rows, columns and channels, "
                    "every so many pixels of it, or with zero channels beside it"
                  : ", neither of which is the sums of a layer with nothing behind them: the "
                    "machine adds a tensor to such sums, before their ReLU"));
}

}  // namespace minerva
