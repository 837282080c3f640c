#include <algorithm>
#include <cmath>
#include <optional>

#include "example_order.hpp"
#include "minerva/data/load_dataset.hpp"
#include "models.hpp"

// A variational autoencoder (Kingma and Welling, 2014): 784 pixels, mean and logarithm of the
// variance of 200 normal variables, a sample of them, 784 pixels again. Loss: half the squared
// error plus the Kullback-Leibler term, per image.
namespace minerva::workloads {
namespace {

constexpr std::int64_t kPixels = 784;
constexpr std::int64_t kVariables = 200;
constexpr std::int64_t kSmallVariables = 10;

class Autoencoder : public TorchWorkload {
 public:
  using TorchWorkload::TorchWorkload;

  std::string shape_text() const override { return "784-" + std::to_string(variables()) + "-784"; }

  void next_batch() override {
    std::vector<float> pixels;
    pixels.reserve(static_cast<std::size_t>(batch_ * kPixels));
    for (const std::size_t i : order_->next(static_cast<std::size_t>(batch_))) {
      append(data_.train.inputs, i, pixels);
    }
    put(inputs_, "pixels", float_tensor(pixels, {batch_, kPixels}));
  }

  Score score(std::int64_t most_examples) override {
    const at::NoGradGuard no_gradient;
    const SampleInputs& test = data_.test.inputs;
    const std::int64_t count = most_examples > 0
                                   ? std::min<std::int64_t>(most_examples, test.cols())
                                   : std::int64_t{test.cols()};
    double bound = 0;
    double constant = 0;
    const Eigen::VectorXf mean = data_.train.inputs.dense().rowwise().mean();
    for (std::int64_t begin = 0; begin < count; begin += batch_) {
      const std::int64_t part = std::min<std::int64_t>(batch_, count - begin);
      std::vector<float> pixels;
      for (std::int64_t i = 0; i < part; ++i) {
        append(test, static_cast<std::size_t>(begin + i), pixels);
        constant += 0.5 * (test.dense().col(begin + i) - mean).squaredNorm();
      }
      const Tensor x = float_tensor(pixels, {part, kPixels});
      bound +=
          loss_of(x, at::randn({part, variables()})).item<double>() * static_cast<double>(part);
    }
    return {"half squared error and Kullback-Leibler term of a test image",
            bound / static_cast<double>(count), constant / static_cast<double>(count),
            "half squared error of the mean training image", count};
  }

  std::optional<HostTensor> held_out(HeldOutPart part, std::int64_t most_examples) override {
    const SampleInputs& from =
        part == HeldOutPart::tuning ? data_.validation.inputs : data_.test.inputs;
    const std::int64_t count = std::min<std::int64_t>(most_examples, from.cols());
    std::vector<float> pixels;
    for (std::int64_t i = 0; i < count; ++i) append(from, static_cast<std::size_t>(i), pixels);
    return host_tensor("pixels", float_tensor(pixels, {count, kPixels}));
  }

 protected:
  std::int64_t variables() const { return options_.small ? kSmallVariables : kVariables; }

  void build() override {
    DataOptions data;
    data.set = options_.synthetic ? "digits" : "mnist";
    data.dir = options_.data_dir;
    if (options_.synthetic) {
      data.train_samples = 2000;
      data.validation_samples = 100;
      data.test_samples = 500;
    }
    data_ = load_dataset(data, options_.threads);
    order_.emplace(options_.seed, static_cast<std::size_t>(data_.train.size()));
    const auto uniform = [&](const std::string& name, std::int64_t in, std::int64_t out) {
      const double limit = std::sqrt(6.0 / static_cast<double>(in + out));  // Glorot and Bengio
      add_parameter(name, (at::rand({in, out}) * 2 - 1) * limit);
    };
    uniform("mean weights", kPixels, variables());
    add_zeros("mean biases", {variables()});
    add_zeros("log variance weights", {kPixels, variables()});
    add_zeros("log variance biases", {variables()});
    uniform("output weights", variables(), kPixels);
    add_zeros("output biases", {kPixels});
  }

  Tensor loss_of(const Tensor& x, const Tensor& noise) {
    const Tensor mean = dense(x, parameter("mean weights"), parameter("mean biases"));
    const Tensor log_variance =
        dense(x, parameter("log variance weights"), parameter("log variance biases"));
    const Tensor z = mean + at::sqrt(at::exp(log_variance)) * noise;
    const Tensor image = dense(z, parameter("output weights"), parameter("output biases"));
    put(outputs_, "image", image);
    const Tensor error = 0.5 * sum(at::pow(image - x, 2));
    const Tensor divergence =
        -0.5 * sum(1 + log_variance - at::pow(mean, 2) - at::exp(log_variance));
    return (error + divergence) / x.size(0);
  }

  Tensor noise() {
    const Tensor drawn = at::randn({batch_, variables()});
    put(inputs_, "noise", drawn);
    return drawn;
  }

  Tensor training_loss() override { return loss_of(inputs_[0].second, noise()); }

  void forward_only() override {
    const Tensor& x = inputs_[0].second;
    const Tensor mean = dense(x, parameter("mean weights"), parameter("mean biases"));
    const Tensor log_variance =
        dense(x, parameter("log variance weights"), parameter("log variance biases"));
    const Tensor z = mean + at::sqrt(at::exp(log_variance)) * noise();
    put(outputs_, "image", dense(z, parameter("output weights"), parameter("output biases")));
  }

  void update() override {
    AdamConstants constants;
    constants.rate = rate(1e-3);
    update_by_adam(constants);
  }

 private:
  static void append(const SampleInputs& inputs, std::size_t sample, std::vector<float>& to) {
    to.resize(to.size() + kPixels);
    inputs.copy_column(static_cast<Eigen::Index>(sample), to.data() + to.size() - kPixels);
  }

  Dataset data_;
  std::optional<ExampleOrder> order_;
};

}  // namespace

std::unique_ptr<Workload> make_autoencoder(const WorkloadFacts& facts,
                                           const WorkloadOptions& options) {
  return std::make_unique<Autoencoder>(facts, options);
}

}  // namespace minerva::workloads
