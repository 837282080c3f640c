#pragma once
// ATen and its automatic differentiation alone: torch/torch.h would take three times as long to
// compile.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/custom_function.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/workload.hpp"
#include "optimizer_kernels.hpp"

namespace minerva::workloads {

using at::Tensor;

struct Parameter {
  std::string name;
  Tensor value;
  Tensor state1;  ///< of the optimizer
  Tensor state2;
};

/// What the eight have in common: parameters, optimizer, and the order of a step.
class TorchWorkload : public Workload {
 public:
  TorchWorkload(const WorkloadFacts& facts, const WorkloadOptions& options);
  const WorkloadFacts& facts() const override { return facts_; }
  const WorkloadOptions& options() const override { return options_; }
  int batch() const override { return batch_; }
  void setup() override;
  double train_step() override;
  void infer_step() override;
  std::vector<HostTensor> inputs() const override;
  std::vector<HostTensor> labels() const override;
  std::vector<HostTensor> outputs() const override;
  std::vector<HostTensor> parameters() const override;
  std::vector<HostTensor> gradients() const override;
  std::int64_t parameter_count() const override;

 protected:
  using Named = std::vector<std::pair<std::string, Tensor>>;

  /// Makes the parameters and reads the data.
  virtual void build() = 0;
  /// Forward pass and loss of the present batch.
  virtual Tensor training_loss() = 0;
  /// Forward pass of the present batch without gradients.
  virtual void forward_only() = 0;
  /// Changes the parameters by their gradients.
  virtual void update() = 0;
  /// Gradient of a parameter, dense, zeros where it has none.
  virtual Tensor gradient_of(std::size_t parameter) const;

  Tensor add_parameter(const std::string& name, Tensor value);
  const Tensor& parameter(const std::string& name) const;
  /// Normal with this deviation.
  Tensor add_normal(const std::string& name, at::IntArrayRef shape, double deviation);
  Tensor add_zeros(const std::string& name, at::IntArrayRef shape);
  /// Biases in front of a ReLU: 0.01, so that a unit whose inputs are all zero is not where the
  /// ReLU has no slope (assumption).
  Tensor add_biases(const std::string& name, std::int64_t count);
  /// The learning rate of the options, or this one, at the present update.
  double rate(double usual) const;
  /// A sum over dimensions. Of the variant `code` its gradient is copied for every number that was
  /// summed, as TensorFlow 1 does before it multiplies; LibTorch's is a view.
  Tensor sum(const Tensor& x, at::IntArrayRef dimensions) const;
  Tensor sum(const Tensor& x) const;  ///< over all dimensions
  void update_by_adam(const AdamConstants& constants);

  /// Sets a tensor that the user may look at; the last one of a name stays.
  static void put(Named& list, const std::string& name, const Tensor& value);

  WorkloadFacts facts_;
  WorkloadOptions options_;
  int batch_ = 0;
  std::vector<Parameter> parameters_;
  Named inputs_;
  Named labels_;
  Named outputs_;
  std::int64_t updates_ = 0;
  /// As the backward pass left them; update() puts other tensors in their place.
  std::vector<Tensor> raw_gradients_;
};

/// Copies for the interface.
HostTensor host_tensor(const std::string& name, const Tensor& tensor);

/// A tensor that owns a copy of the values.
Tensor float_tensor(const std::vector<float>& values, at::IntArrayRef shape);
Tensor index_tensor(const std::vector<std::int64_t>& values, at::IntArrayRef shape);

/// x W + b for rows x.
Tensor dense(const Tensor& x, const Tensor& weights, const Tensor& biases);

/// Rows of a table (rows x width) by their numbers. Its gradient is one pass over the rows, as
/// TensorFlow's sum of segments; LibTorch's index_add_ makes a tensor of each row.
Tensor table_rows(const Tensor& table, const Tensor& numbers);

/// A sum over dimensions whose gradient is copied to the shape of x (TensorFlow's Tile).
Tensor tiled_sum(const Tensor& x, at::IntArrayRef dimensions);

/// A tensor for each of its uses. The gradients of the uses are added in passes over eight of them,
/// as TensorFlow's AddN; LibTorch adds them one by one.
std::vector<Tensor> uses_of(const Tensor& x, std::size_t count, int threads);

/// A convolution (NCHW, no groups) whose gradient is two operations, that of the filters and that
/// of the input, as TensorFlow has it; LibTorch computes both in one. `biases` may have no
/// elements.
Tensor convolution(const Tensor& x, const Tensor& filters, const Tensor& biases,
                   std::int64_t stride, std::int64_t padding);
/// The same with TensorFlow's SAME padding, which puts the odd element at the end.
Tensor convolution_same(const Tensor& x, const Tensor& filters, const Tensor& biases,
                        std::int64_t stride);
/// Max pooling; `same` pads with -infinity at the end, without zeros.
Tensor max_pool(const Tensor& x, std::int64_t side, std::int64_t stride, bool same = false);

/// Mean softmax cross-entropy of rows of logits, from class numbers.
Tensor mean_cross_entropy(const Tensor& logits, const Tensor& classes);

}  // namespace minerva::workloads
