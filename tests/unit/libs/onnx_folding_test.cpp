// What folds into layers when an ONNX model is read: the network computes what the model's nodes
// compute. Every model stands here twice: as nodes, and as plain arithmetic of its numbers.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "built_onnx_model.hpp"
#include "minerva/network/graph_text.hpp"
#include "plain_network.hpp"

namespace minerva {
namespace {

using test::biases_of;
using test::Floats;
using test::Model;
using test::relu;
using test::says;
using test::set_float;
using test::set_integer;
using test::Sizes;
using test::weights_of;

using Values = std::vector<double>;
using Function = std::function<Values(const Values&)>;

/// Five samples, and zeros, of three inputs.
const std::vector<Values> kSamples = {{0, 0, 0},         {1, 2, 3},       {-1.5, 0.25, 4},
                                      {0.125, -3, -0.5}, {7, -7, 0.0625}, {0.3, 0.6, -0.9}};

Values affine(const Values& x, const Values& factor, const Values& offset) {
  Values y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    y.push_back(x[i] * factor[i % factor.size()] + offset[i % offset.size()]);
  }
  return y;
}

/// The layer of Model::gemm, weights 1 .. 6 (inputs, outputs) and biases 7, 8.
Values gemm(const Values& x) {
  return {x[0] * 1 + x[1] * 3 + x[2] * 5 + 7, x[0] * 2 + x[1] * 4 + x[2] * 6 + 8};
}

/// The layer of Model::square_gemm, weights 1 .. 4 without biases.
Values square(const Values& x) { return {x[0] * 1 + x[1] * 3, x[0] * 2 + x[1] * 4}; }

Values sums_of(const GraphNetwork& network, const Values& x) {
  return test::plain_sums(network, x).values;
}

/// The network of a model is this function, but for one rounding of each number to float32.
ImportedNetwork expect_function(const Model& m, const Function& function,
                                const std::string& topology) {
  ImportedNetwork imported = m.read();
  EXPECT_EQ(to_string(imported.network.graph), topology);
  test::expect_computes(imported.network, function, kSamples);
  return imported;
}

TEST(FoldOnnx, InputsAreScaledInTheFirstLayerAndItIsSaid) {
  Model m;  // (x - 0.1307) / 0.3081
  m.with("Sub", "x", {0.1307F}, "s");
  m.with("Div", "s", {0.3081F}, "d");
  m.gemm("d", "y");
  m.output("y");
  const auto mean = static_cast<double>(0.1307F);
  const auto deviation = static_cast<double>(0.3081F);
  const ImportedNetwork imported = expect_function(
      m, [&](const Values& x) { return gemm(affine(x, {1 / deviation}, {-mean / deviation})); },
      "3-2");
  EXPECT_TRUE(says(imported,
                   "folded node 'the_s', a Sub, into the first layer: the machine reads "
                   "the inputs as they are before it"));
  EXPECT_TRUE(says(imported, "folded node 'the_d', a Div"));
  EXPECT_TRUE(says(imported, "layer 0 was folded in double precision"));
  // One rounding, at the end: weight 4 over 0.3081 in double precision.
  EXPECT_EQ(weights_of(imported)[3], static_cast<float>(4.0 / deviation));
  EXPECT_EQ(biases_of(imported)[0],
            static_cast<float>(7.0 + (1.0 + 3.0 + 5.0) * (-mean / deviation)));
}

TEST(FoldOnnx, OneFactorAndOffsetAnInput) {
  Model m;  // 2x - (1, 2, 3), by the constant first and second
  m.constant("two", {}, {2});
  m.node("Mul", {"two", "x"}, "twice");
  m.with("Sub", "twice", {1, 2, 3}, "s", {1, 3});
  m.with("Add", "s", {0.5F, 0, -0.5F}, "a");
  m.with("Mul", "a", {1, -2, 4}, "b");
  m.gemm("b", "y");
  m.output("y");
  expect_function(
      m,
      [](const Values& x) {
        return gemm(affine(affine(x, {2}, {-0.5, -2, -3.5}), {1, -2, 4}, {0}));
      },
      "3-2");
  Model reversed;  // 1 - x
  reversed.constant("one", {}, {1});
  reversed.node("Sub", {"one", "x"}, "s");
  reversed.gemm("s", "y");
  reversed.output("y");
  expect_function(
      reversed, [](const Values& x) { return gemm(affine(x, {-1}, {1})); }, "3-2");
}

TEST(FoldOnnx, InputsAreScaledBeforeAndBehindAReshape) {
  Model m;  // an image of 3 channels of 1 x 1, one mean and deviation a channel
  m.graph.clear_input();
  m.input("x", {-1, 3, 1, 1});
  set_integer(m.node("Cast", {"x"}, "floats"), "to", onnx::TensorProto::FLOAT);
  m.with("Div", "floats", {255}, "unit");
  m.with("Sub", "unit", {0.485F, 0.456F, 0.406F}, "s", {1, 3, 1, 1});
  m.with("Div", "s", {0.229F, 0.224F, 0.225F}, "d", {3, 1, 1});
  m.node("Flatten", {"d"}, "flat");
  m.with("Mul", "flat", {3}, "m", {1, 1});
  m.gemm("m", "y");
  m.output("y");
  expect_function(
      m,
      [](const Values& x) {
        const double mean[] = {0.485F, 0.456F, 0.406F};
        const double deviation[] = {0.229F, 0.224F, 0.225F};
        Values scaled;
        for (std::size_t i = 0; i < 3; ++i) {
          scaled.push_back((x[i] / 255 - mean[i]) / deviation[i] * 3);
        }
        return gemm(scaled);
      },
      "3-2");
  Model rows;  // one channel of 3 x 1 pixels with a constant a row, spread over the columns
  rows.graph.clear_input();
  rows.input("x", {-1, 1, 1, 3});
  rows.with("Add", "x", {10, 20, 30}, "a", {1, 1, 3});
  rows.node("Flatten", {"a"}, "flat");
  rows.gemm("flat", "y");
  rows.output("y");
  expect_function(
      rows,
      [](const Values& x) {
        return gemm(affine(x, {1}, {10, 20, 30}));
      },
      "3-2");
}

void batch_norm(Model& m, const std::string& from, const std::string& to, const Floats& gamma,
                const Floats& beta, const Floats& mean, const Floats& variance) {
  const Sizes size = {static_cast<std::int64_t>(gamma.size())};
  m.constant(to + "g", size, gamma);
  m.constant(to + "b", size, beta);
  m.constant(to + "m", size, mean);
  m.constant(to + "v", size, variance);
  auto& node = m.node("BatchNormalization", {from, to + "g", to + "b", to + "m", to + "v"}, to);
  set_float(node, "epsilon", 0.25F);  // large, so that leaving it out would show
}

Values normalised(const Values& x, const Floats& gamma, const Floats& beta, const Floats& mean,
                  const Floats& variance) {
  Values y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    y.push_back((x[i] - static_cast<double>(mean[i])) /
                    std::sqrt(static_cast<double>(variance[i]) + 0.25) *
                    static_cast<double>(gamma[i]) +
                static_cast<double>(beta[i]));
  }
  return y;
}

TEST(FoldOnnx, BatchNormalizationBehindALayer) {
  const Floats g = {0.5F, -1.5F}, b = {1, 2}, mean = {10, -3}, variance = {4, 0.1F};
  Model m;
  m.gemm("x", "h");
  batch_norm(m, "h", "n", g, b, mean, variance);
  m.node("Relu", {"n"}, "r");
  m.square_gemm("r", "y");
  m.output("y");
  const ImportedNetwork imported = expect_function(
      m, [&](const Values& x) { return square(relu(normalised(gemm(x), g, b, mean, variance))); },
      "3-2-2");
  EXPECT_TRUE(says(imported, "a BatchNormalization, with epsilon 0.25, into the layer before it"));
}

TEST(FoldOnnx, BatchNormalizationBehindAReluAndBehindTheLastLayer) {
  const Floats g = {0.5F, -1.5F}, b = {1, 2}, mean = {10, -3}, variance = {4, 0.1F};
  Model m;
  m.gemm("x", "h");
  m.node("Relu", {"h"}, "r");
  batch_norm(m, "r", "n", g, b, mean, variance);
  m.square_gemm("n", "s");
  batch_norm(m, "s", "y", b, g, variance, {1, 2});
  m.output("y");
  const ImportedNetwork imported = expect_function(
      m,
      [&](const Values& x) {
        return normalised(square(normalised(relu(gemm(x)), g, b, mean, variance)), b, g, variance,
                          {1, 2});
      },
      "3-2-2");
  EXPECT_TRUE(says(imported, "into the layer behind it"));
}

TEST(FoldOnnx, BatchNormalizationOfTheInputs) {
  const Floats g = {0.5F, 1, 2}, b = {1, 2, 0}, mean = {10, -3, 0.5F}, variance = {4, 0.1F, 9};
  for (const bool image : {false, true}) {
    Model m;
    std::string at = "x";
    if (image) {
      m.graph.clear_input();
      m.input("x", {-1, 3, 1, 1});
    }
    batch_norm(m, "x", "n", g, b, mean, variance);
    if (image) m.node("Flatten", {"n"}, "flat");
    m.gemm(image ? "flat" : "n", "y");
    m.output("y");
    expect_function(
        m, [&](const Values& x) { return gemm(normalised(x, g, b, mean, variance)); }, "3-2");
  }
}

TEST(FoldOnnx, LayersWithoutAReluBetweenThemAreOne) {
  Model m;
  m.gemm("x", "h");
  m.square_gemm("h", "s");
  m.with("Add", "s", {0.5F, -0.5F}, "y");
  m.output("y");
  const ImportedNetwork imported = expect_function(
      m,
      [](const Values& x) {
        return affine(square(gemm(x)), {1}, {0.5, -0.5});
      },
      "3-2");
  EXPECT_TRUE(says(imported, "merged node 'the_s', a Gemm, with node 'the_h'"));
  Model unnamed;
  unnamed.with("Sub", "x", {1}, "s").clear_name();
  unnamed.gemm("s", "y");
  unnamed.output("y");
  EXPECT_TRUE(says(unnamed.read(), "folded node 0, which makes 's', a Sub, into"));
  Model with_biases;  // the second has biases as the third input of its Gemm
  with_biases.gemm("x", "h");
  with_biases.constant("w", {2, 2}, {1, 2, 3, 4});
  with_biases.constant("b", {2}, {-1, 1});
  set_float(with_biases.node("Gemm", {"h", "w", "b"}, "s"), "alpha", 3);
  with_biases.node("Relu", {"s"}, "r");
  with_biases.square_gemm("r", "y");
  with_biases.output("y");
  expect_function(
      with_biases,
      [](const Values& x) {
        return square(relu(affine(square(gemm(x)), {3}, {-1, 1})));
      },
      "3-2-2");
}

TEST(FoldOnnx, WhatDoesNotFoldIsRefused) {
  Model divides;
  divides.with("Div", "x", {1, 0, 1}, "d");
  divides.gemm("d", "y");
  divides.output("y");
  divides.refused("divides by 0");
  Model reciprocal;
  reciprocal.constant("one", {}, {1});
  reciprocal.node("Div", {"one", "x"}, "d");
  reciprocal.gemm("d", "y");
  reciprocal.output("y");
  reciprocal.refused("divides by what it reads");
  Model sizes;
  sizes.with("Mul", "x", {1, 2}, "d");
  sizes.gemm("d", "y");
  sizes.output("y");
  sizes.refused("has a constant of 2 for samples of ? x 3");
  Model samples;
  samples.with("Mul", "x", {1, 2}, "d", {2, 1});
  samples.gemm("d", "y");
  samples.output("y");
  samples.refused("has a constant of 2 x 1");
  Model deep;
  deep.with("Mul", "x", {1}, "d", {1, 1, 1});
  deep.gemm("d", "y");
  deep.output("y");
  deep.refused("has a constant of 1 x 1 x 1");
  Model integers;
  integers.integers("c", {255});
  integers.node("Div", {"x", "c"}, "d");
  integers.gemm("d", "y");
  integers.output("y");
  integers.refused("of integers");
  Model computed;
  computed.node("Mul", {"x", "gain"}, "d");
  computed.gemm("d", "y");
  computed.output("y");
  computed.refused("takes its factors from 'gain', which is no constant");
  Model vast;
  vast.with("Mul", "x", {3e38F}, "d");
  vast.gemm("d", "y");
  vast.output("y");
  vast.refused("beyond the range of float32");
  Model variance;
  batch_norm(variance, "x", "n", {1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {1, -1, 1});
  variance.gemm("n", "y");
  variance.output("y");
  variance.refused("with the variance -1");
  Model training;
  batch_norm(training, "x", "n", {1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1});
  set_integer(*training.graph.mutable_node(0), "training_mode", 1);
  training.gemm("n", "y");
  training.output("y");
  training.refused("is of training");
  Model ends;  // scaled activations that no layer reads
  ends.gemm("x", "h");
  ends.node("Relu", {"h"}, "r");
  ends.with("Mul", "r", {2}, "y");
  ends.output("y");
  ends.refused("ends in a Relu");
  Model narrow;  // a bottleneck whose product is far larger than the file
  narrow.graph.clear_input();
  narrow.input("x", {-1, 4000});
  narrow.constant("w", {4000, 1}, Floats(4000, 1));
  narrow.node("MatMul", {"x", "w"}, "h");
  narrow.constant("v", {1, 4000}, Floats(4000, 1));
  narrow.node("MatMul", {"h", "v"}, "y");
  narrow.output("y");
  narrow.refused("folds into more numbers than a network of its size has");
}

TEST(FoldOnnx, ClipAndMaxThatAreARelu) {
  const auto network = [](const std::function<void(Model&)>& activation) {
    Model m;
    m.gemm("x", "h");
    activation(m);
    m.square_gemm("r", "y");
    m.output("y");
    expect_function(
        m, [](const Values& x) { return square(relu(gemm(x))); }, "3-2-2");
  };
  network([](Model& m) { m.with("Clip", "h", {0}, "r", {}); });  // without a maximum
  network([](Model& m) {
    m.constant("min", {}, {0});
    m.constant("max", {}, {std::numeric_limits<float>::infinity()});
    m.node("Clip", {"h", "min", "max"}, "r");
  });
  network([](Model& m) {  // operator sets before 11 have attributes
    auto& clip = m.node("Clip", {"h"}, "r");
    set_float(clip, "min", 0);
    set_float(clip, "max", std::numeric_limits<float>::max());
  });
  network([](Model& m) { m.with("Max", "h", {0}, "r"); });
  network([](Model& m) {
    m.constant("zeros", {2}, {0, 0});
    m.node("Max", {"zeros", "h"}, "r");
  });
  const auto refused = [](const std::function<void(Model&)>& activation, const char* reason) {
    Model m;
    m.gemm("x", "h");
    activation(m);
    m.square_gemm("r", "y");
    m.output("y");
    m.refused(reason);
  };
  const auto clip = [](float min, float max) {
    return [=](Model& m) {
      m.constant("min", {}, {min});
      m.constant("max", {}, {max});
      m.node("Clip", {"h", "min", "max"}, "r");
    };
  };
  refused(clip(0, 6), "is a Clip to 0 .. 6 (ReLU6)");
  refused(clip(0, 6), "a limit above the ReLU");
  refused(clip(-1, std::numeric_limits<float>::infinity()), "is a Clip to -1 .. inf");
  refused([](Model& m) { m.node("Clip", {"h"}, "r"); }, "is a Clip to -inf .. inf");
  refused([](Model& m) { m.node("Clip", {"h", "min"}, "r"); }, "no constant of the file");
  refused([](Model& m) { m.with("Max", "h", {0.5F}, "r"); }, "a Max with another number than 0");
}

std::size_t class_of(const Values& sums) {
  return static_cast<std::size_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
}

TEST(OnnxEnds, SigmoidAndTanhOfSeveralOutputsAreLeftOut) {
  for (const char* op : {"Sigmoid", "Tanh"}) {
    Model m;
    m.gemm("x", "h");
    m.node(op, {"h"}, "y");
    m.output("y");
    const ImportedNetwork imported = expect_function(m, gemm, "3-2");
    EXPECT_TRUE(says(imported, std::string("left out node 'the_y', a ") + op));
    EXPECT_TRUE(says(imported, "the class here is the largest sum"));
  }
  Model inside;
  inside.gemm("x", "h");
  inside.node("Sigmoid", {"h"}, "s");
  inside.square_gemm("s", "y");
  inside.output("y");
  inside.refused("follows node 'the_s', a Sigmoid, which may stand at the end alone");
  inside.refused("for a Sigmoid it would need a table");
  Model scaled;
  scaled.gemm("x", "h");
  scaled.node("Sigmoid", {"h"}, "s");
  scaled.with("Mul", "s", {-1}, "y");
  scaled.output("y");
  scaled.refused("behind it only what keeps the order");
}

TEST(OnnxEnds, OneOutputBecomesTwo) {
  // The class is 1 where the sum is above 0, as PyTorch's sigmoid(z) > 0.5 and round(sigmoid(z)):
  // at 0 both give 0.
  for (const char* op : {"", "Sigmoid", "Tanh"}) {
    for (const bool squeezed : {false, true}) {
      Model m;
      m.constant("w", {3, 1}, {1, -2, 0.5F});
      m.constant("b", {1}, {0.25F});
      m.node("Gemm", {"x", "w", "b"}, "h");
      std::string last = "h";
      if (squeezed) {
        m.integers("axes", {1});
        m.node("Squeeze", {"h", "axes"}, "q");
        last = "q";
      }
      if (*op != 0) {
        m.node(op, {last}, "y");
        last = "y";
      }
      m.output(last);
      const ImportedNetwork imported = expect_function(
          m,
          [](const Values& x) {
            return Values{0, x[0] - 2 * x[1] + 0.5 * x[2] + 0.25};
          },
          "3-2");
      EXPECT_TRUE(says(imported, "class is 1 where the sum is above 0"));
      const auto class_at = [&](const Values& x) { return class_of(sums_of(imported.network, x)); };
      EXPECT_EQ(class_at({0, 0, 0}), 1U);     // z = 0.25
      EXPECT_EQ(class_at({0, 0, -0.5}), 0U);  // z = 0
      EXPECT_EQ(class_at({0, 0, -0.5 + 1e-6}), 1U);
      EXPECT_EQ(class_at({-0.25, 0, -1e-6}), 0U);
      EXPECT_EQ(class_at({1, 1, 1}), 0U);  // z = -0.25
    }
  }
  for (const char* op : {"Softmax", "LogSoftmax", "ArgMax"}) {
    Model m;
    m.constant("w", {3, 1}, {1, 2, 3});
    m.node("MatMul", {"x", "w"}, "h");
    set_integer(m.node(op, {"h"}, "y"), "axis", 1);
    m.output("y");
    m.refused("of one output gives every sample the same");
  }
}

}  // namespace
}  // namespace minerva
