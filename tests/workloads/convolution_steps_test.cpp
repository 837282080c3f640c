#include <gtest/gtest.h>

#include "plain_layers.hpp"
#include "step_check.hpp"

// One step of alexnet, vgg, residual and deepq beside plain loops: normalizations, dropout,
// residual blocks, the target of Q-learning.
namespace minerva::workloads::test {
namespace {

using plain::Array;
using plain::named;
using plain::Padding;

Array filtered(const Array& x, const Tensors& p, const std::string& name, std::size_t stride,
               Padding padding, const char* weights = " filters") {
  const Array biases = named(p, name + " biases");
  return plain::convolution(x, named(p, name + weights), &biases, stride, padding);
}

Array dropped(Array x, const Tensors& inputs, const std::string& layer, double keep) {
  const HostTensor& mask = named(inputs, layer + " mask");
  for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] *= mask.values[i] / keep;
  return x;
}

/// Krizhevsky et al., Sec. 3.3, over 4 channels on either side, bias 1, alpha 0.001 / 9, beta 0.75.
Array response_normalized(const Array& x) {
  Array y = x;
  for (std::size_t n = 0; n < x.shape[0]; ++n) {
    for (std::size_t c = 0; c < x.shape[1]; ++c) {
      for (std::size_t r = 0; r < x.shape[2]; ++r) {
        for (std::size_t k = 0; k < x.shape[3]; ++k) {
          double squares = 0;
          for (std::size_t other = c < 4 ? 0 : c - 4; other < std::min(x.shape[1], c + 5);
               ++other) {
            squares += x.at(n, other, r, k) * x.at(n, other, r, k);
          }
          y.at(n, c, r, k) /= std::pow(1 + 0.001 / 9 * squares, 0.75);
        }
      }
    }
  }
  return y;
}

double alexnet_loss(const Tensors& p, const Tensors& inputs, const Tensors& labels, bool dropout) {
  Array x = named(inputs, "images");
  const std::size_t sides[] = {11, 5, 3, 3, 3};
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t stride = i == 0 ? 4 : 1;
    x = plain::relu(filtered(x, p, "conv" + std::to_string(i + 1), stride,
                             plain::same(x.shape[2], sides[i], stride)));
    if (i < 2 || i == 4) x = plain::max_pool(x, 3, 2);
    if (i < 2) x = response_normalized(x);
  }
  x = plain::flat(x);
  for (const char* layer : {"dense1", "dense2"}) {
    x = plain::relu(plain::dense(x, p, layer));
    if (dropout) x = dropped(x, inputs, layer, 0.5);
  }
  return plain::mean_cross_entropy(plain::dense(x, p, "dense3"), named(labels, "classes"));
}

double vgg_loss(const Tensors& p, const Tensors& inputs, const Tensors& labels, bool paper) {
  const int layers[2][5] = {{2, 2, 2, 3, 3}, {2, 2, 4, 4, 4}};
  Array x = named(inputs, "images");
  for (int group = 0; group < 5; ++group) {
    for (int layer = 0; layer < layers[paper ? 1 : 0][group]; ++layer) {
      const std::string name = "conv" + std::to_string(group + 1) + "_" + std::to_string(layer + 1);
      x = plain::relu(filtered(x, p, name, 1, {1, 1}));
    }
    x = plain::max_pool(x, 2, 2);
  }
  x = plain::flat(x);
  for (const char* layer : {"dense1", "dense2"}) {
    x = dropped(plain::relu(plain::dense(x, p, layer)), inputs, layer, paper ? 0.5 : 0.8);
  }
  return plain::mean_cross_entropy(plain::dense(x, p, "dense3"), named(labels, "classes"));
}

/// Convolution and batch normalization by the batch's mean and variance.
Array normalized(const Array& x, const Tensors& p, const std::string& name, std::size_t stride) {
  const Array filters = named(p, name + " filters");
  const std::size_t half = filters.shape[2] / 2;
  Array y = plain::convolution(x, filters, nullptr, stride, {half, half});
  const std::size_t positions = y.shape[2] * y.shape[3];
  const auto count = static_cast<double>(y.shape[0] * positions);
  for (std::size_t c = 0; c < y.shape[1]; ++c) {
    double mean = 0;
    double squares = 0;
    const auto each = [&](const auto& act) {
      for (std::size_t n = 0; n < y.shape[0]; ++n) {
        for (std::size_t i = 0; i < positions; ++i) {
          act(y.values[(n * y.shape[1] + c) * positions + i]);
        }
      }
    };
    each([&](double& value) { mean += value / count; });
    each([&](double& value) { squares += (value - mean) * (value - mean) / count; });
    const double scale = named(p, name + " scale").values[c] / std::sqrt(squares + 1e-5);
    const double offset = named(p, name + " offset").values[c];
    each([&](double& value) { value = (value - mean) * scale + offset; });
  }
  return y;
}

double residual_paper_loss(const Tensors& p, const Tensors& inputs, const Tensors& labels) {
  Array x = plain::relu(normalized(named(inputs, "images"), p, "conv1", 2));
  x = plain::max_pool(x, 3, 2, {1, 1});
  for (std::size_t stage = 1; stage <= 4; ++stage) {
    const std::string name = "block" + std::to_string(stage) + "_1";
    const std::size_t stride = stage > 1 ? 2 : 1;
    Array branch = plain::relu(normalized(x, p, name + "a", stride));
    branch = normalized(branch, p, name + "b", 1);
    const std::size_t before = (branch.shape[1] - x.shape[1]) / 2;
    for (std::size_t n = 0; n < x.shape[0]; ++n) {
      for (std::size_t c = 0; c < x.shape[1]; ++c) {
        for (std::size_t r = 0; r < branch.shape[2]; ++r) {
          for (std::size_t k = 0; k < branch.shape[3]; ++k) {
            branch.at(n, c + before, r, k) += x.at(n, c, r * stride, k * stride);
          }
        }
      }
    }
    x = plain::relu(branch);
  }
  return plain::mean_cross_entropy(plain::dense(plain::global_average(x), p, "dense"),
                                   named(labels, "classes"));
}

double residual_code_loss(const Tensors& p, const Tensors& inputs, const Tensors& labels) {
  Array x = named(inputs, "images");
  x = plain::relu(filtered(x, p, "conv1", 2, plain::same(x.shape[2], 7, 2)));
  x = plain::max_pool(x, 3, 2, plain::same(x.shape[2], 3, 2));
  x = plain::relu(filtered(x, p, "conv2", 1, {}));
  for (std::size_t stage = 1; stage <= 4; ++stage) {
    const std::string name = "block" + std::to_string(stage) + "_1";
    Array branch = plain::relu(filtered(x, p, name + "a", 1, {}));
    branch = plain::relu(filtered(branch, p, name + "b", 1, {1, 1}));
    x = plain::sum(plain::relu(filtered(branch, p, name + "c", 1, {})), x);
    if (stage < 4) {
      x = plain::convolution(x, named(p, "widen" + std::to_string(stage) + " filters"), nullptr, 1,
                             {});
    }
  }
  return plain::mean_cross_entropy(
      plain::dense(plain::global_average(x), named(p, "dense weights")), named(labels, "classes"));
}

class ConvolutionStep : public testing::TestWithParam<Variant> {
 protected:
  bool paper() const { return GetParam() == Variant::paper; }
};

TEST_P(ConvolutionStep, AlexNet) {
  const auto workload = small_workload("alexnet", GetParam());
  check_step(
      *workload,
      [&](const Tensors& p, const Tensors& inputs, const Tensors& labels) {
        return alexnet_loss(p, inputs, labels, paper());
      },
      first_adam(1e-3));
}

TEST_P(ConvolutionStep, Vgg) {
  const auto workload = small_workload("vgg", GetParam());
  check_step(
      *workload,
      [&](const Tensors& p, const Tensors& inputs, const Tensors& labels) {
        return vgg_loss(p, inputs, labels, paper());
      },
      first_adam(1e-4));
}

TEST_P(ConvolutionStep, Residual) {
  const auto workload = small_workload("residual", GetParam());
  check_step(*workload, paper() ? residual_paper_loss : residual_code_loss, first_adam(1e-3));
}

INSTANTIATE_TEST_SUITE_P(Variants, ConvolutionStep, testing::Values(Variant::paper, Variant::code),
                         [](const auto& variant) { return to_string(variant.param); });

Array action_values(Array x, const Tensors& p) {
  const std::size_t strides[] = {4, 2, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    x = plain::relu(filtered(x, p, "conv" + std::to_string(i + 1), strides[i], {}, " weights"));
  }
  return plain::dense(plain::relu(plain::dense(plain::flat(x), p, "dense1")), p, "dense2");
}

TEST(WorkloadStep, DeepQLearnsTowardsTheTargetNetwork) {
  const auto workload = small_workload("deepq", Variant::paper);
  Tensors target_network;  // the network as it was copied, before the first update
  check_step(
      *workload,
      [&](const Tensors& p, const Tensors& inputs, const Tensors& labels) {
        const Array next = action_values(named(inputs, "next states"), target_network);
        const Array values = action_values(named(inputs, "states"), p);
        double loss = 0;
        for (std::size_t n = 0; n < values.shape[0]; ++n) {
          double best = next.at(n, 0);
          for (std::size_t a = 1; a < next.shape[1]; ++a) best = std::max(best, next.at(n, a));
          const double target = named(labels, "rewards").values[n] +
                                0.99 * named(labels, "going on").values[n] * best;
          const auto taken = static_cast<std::size_t>(named(labels, "actions").values[n]);
          const double error = std::abs(values.at(n, taken) - target);
          loss += error < 1 ? 0.5 * error * error : error - 0.5;
        }
        return loss;
      },
      // RMSProp with a mean square of 1 at the start.
      [](double value, double gradient) {
        const double mean_square = 0.95 + 0.05 * gradient * gradient;
        return value - 2.5e-4 * gradient / std::sqrt(mean_square + 0.01);
      },
      [&](const Tensors& before) { target_network = before; });
}

}  // namespace
}  // namespace minerva::workloads::test
