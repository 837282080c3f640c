#include "torch_workload.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

namespace minerva::workloads {
namespace {

std::vector<HostTensor> host_tensors(const std::vector<std::pair<std::string, Tensor>>& named) {
  std::vector<HostTensor> all;
  for (const auto& [name, tensor] : named) all.push_back(host_tensor(name, tensor));
  return all;
}

struct SplitConvolution : torch::autograd::Function<SplitConvolution> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                        const Tensor& filters, const Tensor& biases, std::int64_t stride,
                        std::int64_t padding) {
    context->save_for_backward({x, filters});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    context->saved_data["biases"] = biases.numel();
    const c10::optional<Tensor> added =
        biases.numel() > 0 ? c10::optional<Tensor>(biases) : c10::nullopt;
    return at::conv2d(x, filters, added, stride, padding);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const std::int64_t stride = context->saved_data["stride"].toInt();
    const std::int64_t padding = context->saved_data["padding"].toInt();
    const std::int64_t biases = context->saved_data["biases"].toInt();
    const std::vector<std::int64_t> strides{stride, stride};
    const std::vector<std::int64_t> paddings{padding, padding};
    const std::vector<std::int64_t> ones{1, 1};
    const std::vector<std::int64_t> zeros{0, 0};
    const std::vector<std::int64_t> bias_shape{biases};
    const auto part = [&](bool of_input) {
      return at::convolution_backward(
          gradients[0], saved[0], saved[1],
          biases > 0 ? at::OptionalIntArrayRef(bias_shape) : at::OptionalIntArrayRef(), strides,
          paddings, ones, false, zeros, 1, {of_input, !of_input, !of_input && biases > 0});
    };
    Tensor of_input;
    Tensor of_filters;
    Tensor of_biases;
    {
      RECORD_USER_SCOPE("op:Conv2DBackFilter");
      const auto result = part(false);
      of_filters = std::get<1>(result);
      of_biases = std::get<2>(result);
    }
    if (context->needs_input_grad(0)) {
      RECORD_USER_SCOPE("op:Conv2DBackInput");
      of_input = std::get<0>(part(true));
    }
    return {of_input, of_filters, of_biases, Tensor(), Tensor()};
  }
};

struct TableRows : torch::autograd::Function<TableRows> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& table,
                        const Tensor& numbers) {
    context->save_for_backward({numbers});
    context->saved_data["rows"] = table.size(0);
    return at::index_select(table, 0, numbers);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    RECORD_USER_SCOPE("op:ScatterAdd");
    const Tensor numbers = context->get_saved_variables()[0];
    const Tensor gradient = gradients[0].contiguous();
    const std::int64_t width = gradient.size(1);
    Tensor of_table = at::zeros({context->saved_data["rows"].toInt(), width});
    apply_row_gradients(of_table.data_ptr<float>(), numbers.data_ptr<std::int64_t>(),
                        gradient.data_ptr<float>(), numbers.numel(), width, -1);
    return {of_table, Tensor()};
  }
};

struct TiledSum : torch::autograd::Function<TiledSum> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                        std::vector<std::int64_t> dimensions) {
    context->saved_data["shape"] = x.sizes().vec();
    context->saved_data["dimensions"] = dimensions;
    return at::sum(x, dimensions);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const std::vector<std::int64_t> shape = context->saved_data["shape"].toIntVector();
    std::vector<std::int64_t> kept = shape;
    for (const std::int64_t each : context->saved_data["dimensions"].toIntVector()) {
      kept[static_cast<std::size_t>(each)] = 1;
    }
    const Tensor gradient = gradients[0].reshape(kept);
    RECORD_USER_SCOPE("op:Tile");
    return {gradient.expand(shape).contiguous(), Tensor()};
  }
};

struct Uses : torch::autograd::Function<Uses> {
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                const Tensor& x, std::int64_t count,
                                                std::int64_t threads) {
    context->saved_data["threads"] = threads;
    torch::autograd::variable_list uses;
    for (std::int64_t i = 0; i < count; ++i) uses.push_back(x.detach());
    return uses;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    RECORD_USER_SCOPE("op:Add");
    std::vector<Tensor> whole;
    std::vector<const float*> terms;
    for (const Tensor& each : gradients) {
      if (!each.defined()) continue;
      whole.push_back(each.contiguous());
      terms.push_back(whole.back().data_ptr<float>());
    }
    Tensor sum;
    if (!terms.empty()) {
      sum = at::empty_like(whole.front());
      add_all(terms, sum.data_ptr<float>(), sum.numel(),
              static_cast<int>(context->saved_data["threads"].toInt()));
    }
    return {sum, Tensor(), Tensor()};
  }
};

/// TensorFlow's padding of one side of a window: the smaller half before, the larger behind.
std::pair<std::int64_t, std::int64_t> same_padding(std::int64_t extent, std::int64_t window,
                                                   std::int64_t stride) {
  const std::int64_t outputs = (extent + stride - 1) / stride;
  const std::int64_t whole = std::max<std::int64_t>(0, (outputs - 1) * stride + window - extent);
  return {whole / 2, whole - whole / 2};
}

}  // namespace

HostTensor host_tensor(const std::string& name, const Tensor& tensor) {
  HostTensor host;
  host.name = name;
  host.shape.assign(tensor.sizes().begin(), tensor.sizes().end());
  const Tensor values = tensor.detach().to(at::kDouble).contiguous();
  const double* data = values.data_ptr<double>();
  host.values.assign(data, data + values.numel());
  return host;
}

TorchWorkload::TorchWorkload(const WorkloadFacts& facts, const WorkloadOptions& options)
    : facts_(facts), options_(options), batch_(options.batch) {
  if (batch_ == 0) batch_ = options.small ? facts.small_batch : facts.batch;
}

void TorchWorkload::setup() {
  at::set_num_threads(options_.threads);
  // Denormal numbers of a diverged or dead network slow the CPU many times.
  at::globalContext().setFlushDenormal(true);
  at::manual_seed(options_.seed);
  parameters_.clear();
  updates_ = 0;
  build();
  for (Parameter& each : parameters_) each.value.requires_grad_();
}

double TorchWorkload::train_step() {
  raw_gradients_.clear();
  for (Parameter& each : parameters_) each.value.mutable_grad().reset();
  const Tensor loss = training_loss();
  {
    // Sums of gradients are taken between the nodes, so that the nodes alone do not tell the phase.
    RECORD_USER_SCOPE("phase:backward");
    loss.backward();
  }
  for (const Parameter& each : parameters_) raw_gradients_.push_back(each.value.grad());
  {
    RECORD_USER_SCOPE("phase:update");
    const at::NoGradGuard no_gradient;
    ++updates_;
    update();
  }
  return loss.item<double>();
}

void TorchWorkload::infer_step() {
  const at::NoGradGuard no_gradient;
  forward_only();
}

std::vector<HostTensor> TorchWorkload::inputs() const { return host_tensors(inputs_); }
std::vector<HostTensor> TorchWorkload::labels() const { return host_tensors(labels_); }
std::vector<HostTensor> TorchWorkload::outputs() const { return host_tensors(outputs_); }

std::vector<HostTensor> TorchWorkload::parameters() const {
  std::vector<HostTensor> all;
  for (const Parameter& each : parameters_) all.push_back(host_tensor(each.name, each.value));
  return all;
}

std::vector<HostTensor> TorchWorkload::gradients() const {
  std::vector<HostTensor> all;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    all.push_back(host_tensor(parameters_[i].name, gradient_of(i)));
  }
  return all;
}

std::int64_t TorchWorkload::parameter_count() const {
  std::int64_t count = 0;
  for (const Parameter& each : parameters_) count += each.value.numel();
  return count;
}

Tensor TorchWorkload::gradient_of(std::size_t parameter) const {
  const bool known = parameter < raw_gradients_.size() && raw_gradients_[parameter].defined();
  return known ? raw_gradients_[parameter] : at::zeros_like(parameters_[parameter].value);
}

Tensor TorchWorkload::add_parameter(const std::string& name, Tensor value) {
  parameters_.push_back({name, value.contiguous(), Tensor(), Tensor()});
  return parameters_.back().value;
}

const Tensor& TorchWorkload::parameter(const std::string& name) const {
  for (const Parameter& each : parameters_) {
    if (each.name == name) return each.value;
  }
  throw ContractViolation("no parameter " + name);
}

Tensor TorchWorkload::add_normal(const std::string& name, at::IntArrayRef shape, double deviation) {
  return add_parameter(name, at::randn(shape) * deviation);
}

Tensor TorchWorkload::add_zeros(const std::string& name, at::IntArrayRef shape) {
  return add_parameter(name, at::zeros(shape));
}

Tensor TorchWorkload::add_biases(const std::string& name, std::int64_t count) {
  return add_parameter(name, at::full({count}, 0.01));
}

double TorchWorkload::rate(double usual) const {
  const double first = options_.learning_rate > 0 ? options_.learning_rate : usual;
  if (options_.decay_steps == 0) return first;
  constexpr double kPi = 3.14159265358979323846;
  const double done = std::min(1.0, static_cast<double>(updates_ - 1) / options_.decay_steps);
  return first * 0.5 * (1 + std::cos(kPi * done));
}

Tensor TorchWorkload::sum(const Tensor& x, at::IntArrayRef dimensions) const {
  return options_.variant == Variant::code ? tiled_sum(x, dimensions) : at::sum(x, dimensions);
}

Tensor TorchWorkload::sum(const Tensor& x) const {
  std::vector<std::int64_t> all(static_cast<std::size_t>(x.dim()));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  return sum(x, all);
}

void TorchWorkload::update_by_adam(const AdamConstants& constants) {
  RECORD_USER_SCOPE("op:ApplyAdam");
  for (Parameter& each : parameters_) {
    if (!each.value.grad().defined()) continue;
    if (!each.state1.defined()) {
      each.state1 = at::zeros_like(each.value);
      each.state2 = at::zeros_like(each.value);
    }
    const Tensor gradient = each.value.grad().contiguous();
    apply_adam(each.value.data_ptr<float>(), gradient.data_ptr<float>(),
               each.state1.data_ptr<float>(), each.state2.data_ptr<float>(), each.value.numel(),
               constants, updates_, options_.threads);
  }
}

void TorchWorkload::put(Named& list, const std::string& name, const Tensor& value) {
  for (auto& [known, tensor] : list) {
    if (known == name) {
      tensor = value;
      return;
    }
  }
  list.emplace_back(name, value);
}

Tensor float_tensor(const std::vector<float>& values, at::IntArrayRef shape) {
  Tensor tensor = at::empty(shape, at::kFloat);
  expects(tensor.numel() == static_cast<std::int64_t>(values.size()),
          "as many values as the shape");
  std::memcpy(tensor.data_ptr<float>(), values.data(), values.size() * sizeof(float));
  return tensor;
}

Tensor index_tensor(const std::vector<std::int64_t>& values, at::IntArrayRef shape) {
  Tensor tensor = at::empty(shape, at::kLong);
  expects(tensor.numel() == static_cast<std::int64_t>(values.size()),
          "as many values as the shape");
  std::memcpy(tensor.data_ptr<std::int64_t>(), values.data(), values.size() * sizeof(std::int64_t));
  return tensor;
}

Tensor dense(const Tensor& x, const Tensor& weights, const Tensor& biases) {
  return at::addmm(biases, x, weights);
}

Tensor table_rows(const Tensor& table, const Tensor& numbers) {
  return TableRows::apply(table, numbers);
}

Tensor tiled_sum(const Tensor& x, at::IntArrayRef dimensions) {
  return TiledSum::apply(x, dimensions.vec());
}

std::vector<Tensor> uses_of(const Tensor& x, std::size_t count, int threads) {
  return Uses::apply(x, static_cast<std::int64_t>(count), static_cast<std::int64_t>(threads));
}

Tensor convolution(const Tensor& x, const Tensor& filters, const Tensor& biases,
                   std::int64_t stride, std::int64_t padding) {
  return SplitConvolution::apply(x, filters, biases, stride, padding);
}

Tensor convolution_same(const Tensor& x, const Tensor& filters, const Tensor& biases,
                        std::int64_t stride) {
  const auto [top, bottom] = same_padding(x.size(2), filters.size(2), stride);
  const auto [left, right] = same_padding(x.size(3), filters.size(3), stride);
  if (top == bottom && left == right && top == left) {
    return convolution(x, filters, biases, stride, top);
  }
  return convolution(at::constant_pad_nd(x, {left, right, top, bottom}, 0), filters, biases, stride,
                     0);
}

Tensor max_pool(const Tensor& x, std::int64_t side, std::int64_t stride, bool same) {
  if (!same) return at::max_pool2d(x, {side, side}, {stride, stride});
  const auto [top, bottom] = same_padding(x.size(2), side, stride);
  const auto [left, right] = same_padding(x.size(3), side, stride);
  const Tensor padded =
      at::constant_pad_nd(x, {left, right, top, bottom}, -std::numeric_limits<double>::infinity());
  return at::max_pool2d(padded, {side, side}, {stride, stride});
}

Tensor mean_cross_entropy(const Tensor& logits, const Tensor& classes) {
  return at::nll_loss(at::log_softmax(logits, 1), classes);
}

}  // namespace minerva::workloads
