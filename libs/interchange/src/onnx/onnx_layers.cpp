#include <algorithm>
#include <utility>

#include "minerva/base/text.hpp"
#include "onnx/onnx_chain.hpp"
#include "onnx/onnx_refusal.hpp"

// What is linear: layers, and factors and offsets that fold into them.
namespace minerva {
namespace {

/// Sizes of a constant that it shares with a sample, without leading ones.
std::vector<std::int64_t> without_leading_ones(std::vector<std::int64_t> shape) {
  while (!shape.empty() && shape.front() == 1) shape.erase(shape.begin());
  return shape;
}

}  // namespace

void OnnxChain::check_before_layer(const onnx::NodeProto& node) {
  const std::string what = full_text(node) + ",";
  if (holds_ == Holds::ends || holds_ == Holds::classes) {
    refuse(what + " follows " + full_text(*end_) +
           ", which may stand at the end alone: " + kWhatRuns + needed_for(end_->op_type()));
  }
  if (sizes_ && sizes_->size() != 2) {
    refuse(what + " takes a tensor of " + sizes_text(sizes_) +
           ": needs samples x inputs, so a Flatten before it");
  }
}

void OnnxChain::add_layer(const onnx::NodeProto& node, const std::string& weights,
                          bool outputs_first) {
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
  const std::int64_t read = folding_.layers() > 0 ? folding_.outputs() : sizes_ ? (*sizes_)[1] : -1;
  if (read >= 0 && read != n_in) {
    refuse(text(node) + " takes " + std::to_string(n_in) + " inputs, but what it reads has " +
           std::to_string(read));
  }
  if (holds_ == Holds::sums) {
    imported_.notes.push_back("merged " + full_text(node) + ", with " + text(*layer_) +
                              ": there is no Relu between them, so both are one layer");
  } else if (folding_.layers() == static_cast<std::size_t>(kMaxLayers)) {
    refuse(text(node) + " is layer " + std::to_string(kMaxLayers + 1) + ": needs at most " +
           std::to_string(kMaxLayers));
  }
  NetworkLayer layer;
  layer.weights.resize(n_out, n_in);
  for (Eigen::Index j = 0; j < n_in; ++j) {
    for (Eigen::Index i = 0; i < n_out; ++i) {
      const auto at = static_cast<std::size_t>(outputs_first ? i * n_in + j : j * n_out + i);
      layer.weights(i, j) = matrix->floats[at];
    }
  }
  layer.biases = Eigen::VectorXf::Zero(n_out);
  LayerQuants quants = std::exchange(pending_, {});
  quants.weights = matrix->quant;
  folding_.dense(std::move(layer), std::move(quants));
  layer_ = &node;
  has_biases_ = false;
  holds_ = Holds::sums;
  sizes_ = std::vector<std::int64_t>{sizes_ ? sizes_->front() : -1, n_out};
}

/// The biases of a layer that has none: they keep their bits.
void OnnxChain::set_biases(const onnx::NodeProto& node, const std::string& biases) {
  const ConstantPointer vector = numbers(node, biases, "biases");
  const std::vector<std::int64_t> shape = without_leading_ones(vector->shape);
  if (!shape.empty() && !(shape.size() == 1 && shape[0] == folding_.outputs())) {
    refuse(text(node) + " has biases of " + sizes_text(vector->shape) + " for " +
           std::to_string(folding_.outputs()) + " neurons");
  }
  Eigen::VectorXf values(folding_.outputs());
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    values(i) = vector->floats[shape.empty() ? 0 : static_cast<std::size_t>(i)];
  }
  folding_.set_biases(std::move(values), vector->quant);
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
  const double alpha = factor("alpha");
  const double beta = factor("beta");
  add_layer(node, node.input(1), integer_attribute(node, "transB", 0) != 0);
  if (alpha != 1) fold(node, {{alpha}, {0}});
  if (node.input_size() <= 2 || node.input(2).empty()) return;
  if (beta == 1) return set_biases(node, node.input(2));
  const ConstantPointer biases = numbers(node, node.input(2), "biases");
  Elementwise step{{1}, spread(node, *biases)};
  for (double& each : step.offset) each *= beta;
  fold(node, step);
  has_biases_ = true;
}

void OnnxChain::take_matmul(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (node.input_size() != 2 || node.input(0) != tensor_) {
    refuse(text(node) + ", a MatMul, does not take the samples as its first matrix");
  }
  add_layer(node, node.input(1), false);
}

OnnxChain::Operand OnnxChain::operand(const onnx::NodeProto& node, const std::string& role) {
  if (node.input_size() != 2) refuse(full_text(node) + ", needs two inputs");
  Operand operand;
  operand.first = node.input(0) != tensor_;
  operand.name = node.input(operand.first ? 0 : 1);
  if (operand.name == tensor_) {
    refuse(full_text(node) + ", takes one tensor twice: " + kWhatRuns);
  }
  operand.values = numbers(node, operand.name, role);
  return operand;
}

/// The numbers of a constant, one for each number of a sample in storage order, or one for all.
std::vector<double> OnnxChain::spread(const onnx::NodeProto& node, const OnnxConstant& constant) {
  std::vector<std::int64_t> shape = constant.shape;
  const auto misfit = [&] {
    refuse(full_text(node) + ", has a constant of " + sizes_text(constant.shape) +
           " for samples of " + (sizes_ ? sizes_text(sizes_) : "unknown sizes") +
           ": needs one number, or one for each of a sample's");
  };
  // Where the file does not say the sizes, the layer behind reads samples x inputs.
  const std::vector<std::int64_t> sizes = sizes_.value_or(std::vector<std::int64_t>{-1, -1});
  if (shape.size() > std::max<std::size_t>(sizes.size(), 1)) misfit();
  if (constant.floats.size() == 1) return {static_cast<double>(constant.floats.front())};
  shape.insert(shape.begin(), sizes.size() - std::min(sizes.size(), shape.size()), 1);
  if (shape.size() < 2 || shape.front() != 1) misfit();
  std::size_t count = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) {
    const bool open = sizes[i] < 0 && sizes.size() == 2;
    if (!open && (sizes[i] < 1 || (shape[i] != 1 && shape[i] != sizes[i]))) misfit();
    const auto size = static_cast<std::size_t>(open ? shape[i] : sizes[i]);
    count *= size;
    if (size < 1 || size > std::size_t{kMaxLayerWidth} || count > std::size_t{kMaxLayerWidth}) {
      misfit();
    }
  }
  std::vector<double> values(count);
  for (std::size_t at = 0; at < count; ++at) {
    std::size_t rest = at;
    std::size_t from = 0;
    std::size_t stride = 1;
    for (std::size_t i = shape.size(); i-- > 1;) {
      const auto extent = static_cast<std::size_t>(sizes[i] < 0 ? shape[i] : sizes[i]);
      from += shape[i] == 1 ? 0 : rest % extent * stride;
      rest /= extent;
      stride *= static_cast<std::size_t>(shape[i]);
    }
    values[at] = static_cast<double>(constant.floats[from]);
  }
  return values;
}

/// As the end of a note, asked when a node is folded.
std::string OnnxChain::where_it_folds() const {
  if (holds_ == Holds::sums) return "into the layer before it";
  if (holds_ == Holds::activations) return "into the layer behind it";
  return "into the first layer: the machine reads the inputs as they are before it";
}

void OnnxChain::fold(const onnx::NodeProto& node, const Elementwise& step) {
  if (pending_.inputs) {
    pending_.obstacle = text(node) + " scales or shifts what " + pending_.inputs->node + " makes";
  }
  folding_.elementwise(step);
}

/// Add, Sub, Mul and Div with a constant.
void OnnxChain::take_arithmetic(const onnx::NodeProto& node) {
  check_attributes(node, {});
  if (holds_ == Holds::ends || holds_ == Holds::classes) {
    refuse(full_text(node) + ", follows " + full_text(*end_) +
           ": behind it only what keeps the order of the outputs may stand");
  }
  const std::string& op = node.op_type();
  const Operand constant = operand(node, op == "Add" || op == "Sub" ? "offsets" : "factors");
  if (op == "Add" && holds_ == Holds::sums && !has_biases_) return set_biases(node, constant.name);
  std::vector<double> values = spread(node, *constant.values);
  const Elementwise step = arithmetic(node, std::move(values), constant.first);
  fold(node, step);
  imported_.notes.push_back("folded " + full_text(node) + ", " + where_it_folds());
}

void OnnxChain::take_batch_normalization(const onnx::NodeProto& node) {
  if (holds_ == Holds::ends || holds_ == Holds::classes) refuse_operator(node);
  if (node.input_size() != 5 || node.input(0) != tensor_) {
    refuse(full_text(node) + ", needs five inputs");
  }
  const double epsilon = epsilon_of(node);
  const Elementwise by_channel = channels_of(node);
  const auto channels = static_cast<std::int64_t>(by_channel.factor.size());
  if (sizes_ && (sizes_->size() < 2 || ((*sizes_)[1] >= 0 && (*sizes_)[1] != channels))) {
    refuse(full_text(node) + ", has " + std::to_string(channels) + " channels for a tensor of " +
           sizes_text(sizes_));
  }
  // The channel is the second dimension: what follows it shares one mean.
  const std::size_t trailing = sizes_ && sizes_->size() > 2 ? sizes_->size() - 2 : 0;
  OnnxConstant spread_list;
  spread_list.shape = {channels};
  spread_list.shape.insert(spread_list.shape.end(), trailing, 1);
  spread_list.floats.resize(by_channel.factor.size());
  for (std::size_t i = 0; i < spread_list.floats.size(); ++i) {
    spread_list.floats[i] = static_cast<float>(i);  // exact: a layer has at most 2^20 neurons
  }
  Elementwise step{{}, {}};
  for (const double channel : spread(node, spread_list)) {
    step.factor.push_back(by_channel.factor[static_cast<std::size_t>(channel)]);
    step.offset.push_back(by_channel.offset[static_cast<std::size_t>(channel)]);
  }
  fold(node, step);
  imported_.notes.push_back("folded " + full_text(node) + ", with epsilon " + number_text(epsilon) +
                            ", " + where_it_folds());
}

}  // namespace minerva
