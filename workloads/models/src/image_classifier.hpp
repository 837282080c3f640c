#pragma once
#include <optional>

#include "example_order.hpp"
#include "image_source.hpp"
#include "torch_workload.hpp"

namespace minerva::workloads {

/// What alexnet, vgg and residual have in common: images, classes, cross-entropy, Adam.
class ImageClassifier : public TorchWorkload {
 public:
  using TorchWorkload::TorchWorkload;
  std::string shape_text() const override;
  void next_batch() override;
  Score score(std::int64_t most_examples) override;
  std::optional<HostTensor> held_out(HeldOutPart part, std::int64_t most_images) override;

 protected:
  void build() override;
  Tensor training_loss() override;
  void forward_only() override;
  void update() override;

  virtual void add_layers() = 0;
  /// Class scores of images (NCHW). `training` switches dropout on.
  virtual Tensor scores(const Tensor& images, bool training) = 0;
  virtual double usual_rate() const = 0;
  /// ImageNet's 1,000 classes and one for the background, as Fathom has them.
  int classes() const { return options_.small ? 10 : 1001; }
  virtual int side() const { return options_.small ? options_.side : 224; }
  /// Filters or neurons of a layer that has so many at the full shape.
  std::int64_t width(std::int64_t full) const {
    return options_.small ? full / options_.divisor : full;
  }

  /// Filters (out, in, side, side) and biases, "NAME filters" and "NAME biases", initialised as He
  /// et al. (2015).
  void add_convolution(const std::string& name, std::int64_t in, std::int64_t out,
                       std::int64_t filter_side, bool biased = true);
  void add_dense(const std::string& name, std::int64_t in, std::int64_t out, bool biased = true);
  const Tensor& filters(const std::string& name) const { return parameter(name + " filters"); }
  const Tensor& biases(const std::string& name) const { return parameter(name + " biases"); }
  Tensor dense_layer(const std::string& name, const Tensor& x) const;
  /// Keeps each number with probability `keep` and divides it by that. The mask is one of inputs().
  Tensor dropout(const std::string& name, const Tensor& x, double keep);

 private:
  std::vector<float> augmented(const std::vector<std::size_t>& chosen);

  ImageSource source_;
  std::optional<ExampleOrder> order_;
  std::uint64_t shown_ = 0;  ///< images of training so far
};

}  // namespace minerva::workloads
