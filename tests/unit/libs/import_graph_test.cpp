// What read_onnx makes of convolutions, pools and shortcuts, and what it refuses of them.
#include <functional>

#include "built_onnx_model.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

using test::biases_of;
using test::Floats;
using test::Model;
using test::set_float;
using test::set_integer;
using test::Sizes;
using test::weights_of;

void set_integers(onnx::NodeProto& node, const std::string& name, const Sizes& values) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute->add_ints(value);
}
void set_text(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::STRING);
  attribute->set_s(value);
}

/// A model on images: input "x" (?, 2, 6, 6), channels first.
struct Images : Model {
  explicit Images(const Sizes& sizes = {-1, 2, 6, 6}) {
    graph.clear_input();
    input("x", sizes);
  }
  /// Numbers 1, 2, 3, .. in eighths, as many as the sizes ask for.
  void counted(const std::string& name, const Sizes& sizes) {
    std::size_t count = 1;
    for (const std::int64_t size : sizes) count *= static_cast<std::size_t>(size);
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i + 1) / 8);
    constant(name, sizes, values);
  }
  onnx::NodeProto& conv(const std::string& from, const std::string& to, const Sizes& weights,
                        bool biases = true) {
    counted(to + "w", weights);
    if (!biases) return node("Conv", {from, to + "w"}, to);
    counted(to + "b", {weights[0]});
    return node("Conv", {from, to + "w", to + "b"}, to);
  }
  onnx::NodeProto& padded(const std::string& from, const std::string& to, std::int64_t channels) {
    onnx::NodeProto& made = conv(from, to, {channels, channels, 3, 3});
    set_integers(made, "pads", {1, 1, 1, 1});
    return made;
  }
  onnx::NodeProto& pool(const std::string& op, const std::string& from, const std::string& to,
                        const Sizes& kernel) {
    onnx::NodeProto& made = node(op, {from}, to);
    set_integers(made, "kernel_shape", kernel);
    return made;
  }
  void dense(const std::string& from, const std::string& to, std::int64_t inputs) {
    counted(to + "w", {inputs, 2});
    node("MatMul", {from, to + "w"}, to);
  }
  /// Flatten and a dense layer of two neurons: the output.
  void end(const std::string& from, std::int64_t inputs) {
    node("Flatten", {from}, "flat");
    dense("flat", "y", inputs);
    output("y");
  }
  void batch_norm(const std::string& from, const std::string& to, const Floats& scale,
                  const Floats& offset, const Floats& mean, const Floats& variance) {
    const Sizes size = {static_cast<std::int64_t>(scale.size())};
    constant(to + "s", size, scale);
    constant(to + "o", size, offset);
    constant(to + "m", size, mean);
    constant(to + "v", size, variance);
    set_float(node("BatchNormalization", {from, to + "s", to + "o", to + "m", to + "v"}, to),
              "epsilon", 0);
  }
  std::string text() const { return to_string(read().network.graph); }
};

TEST(ReadGraph, ConvolutionsKeepTheirNumbersInStorageOrder) {
  Images m;
  m.conv("x", "c", {3, 2, 2, 2});
  m.node("Relu", {"c"}, "r");
  m.end("r", 75);
  const ImportedNetwork read = m.read();
  EXPECT_EQ(to_string(read.network.graph), "6x6x2 c3k2 2");
  // Filter 0: channel 0 has 1 .. 4 eighths, channel 1 has 5 .. 8; ours go channel by channel.
  const Eigen::MatrixXf& w = read.network.layers[0].weights;
  EXPECT_EQ(Eigen::VectorXf(8 * w.row(0)),
            (Eigen::VectorXf(8) << 1, 5, 2, 6, 3, 7, 4, 8).finished());
  EXPECT_EQ(biases_of(read), (Floats{0.125F, 0.25F, 0.375F}));
  // Column p * 3 + c of the dense layer is word c * 25 + p of the flattened maps.
  const Eigen::MatrixXf& d = read.network.layers[1].weights;
  for (int p = 0; p < 25; ++p) {
    for (int c = 0; c < 3; ++c) {
      EXPECT_EQ(d(0, p * 3 + c), static_cast<float>(2 * (c * 25 + p) + 1) / 8);
    }
  }
}

TEST(ReadGraph, PaddingAndStrides) {
  const auto text = [](const std::function<void(onnx::NodeProto&)>& change, std::int64_t inputs) {
    Images m;
    change(m.conv("x", "c", {1, 2, 3, 3}));
    m.node("Relu", {"c"}, "r");
    m.end("r", inputs);
    return m.text();
  };
  EXPECT_EQ(text([](auto& n) { set_text(n, "auto_pad", "VALID"); }, 16), "6x6x2 c1k3 2");
  EXPECT_EQ(text([](auto& n) { set_text(n, "auto_pad", "SAME_UPPER"); }, 36), "6x6x2 c1k3p1 2");
  const auto lopsided = [](const std::string& mode) {
    return [mode](onnx::NodeProto& n) {
      set_text(n, "auto_pad", mode);
      set_integers(n, "strides", {2, 2});
    };
  };
  EXPECT_EQ(text(lopsided("SAME_UPPER"), 9), "6x6x2 c1k3s2p0x0x1x1 2");
  EXPECT_EQ(text(lopsided("SAME_LOWER"), 9), "6x6x2 c1k3s2p1x1x0x0 2");
  EXPECT_EQ(text(
                [](auto& n) {
                  set_integers(n, "pads", {2, 0, 1, 1});
                },
                35),
            "6x6x2 c1k3p2x0x1x1 2");
}

TEST(ReadGraph, PadsBeforeALayerAreItsPadding) {
  Images m;
  m.integers("pads", {0, 0, 1, 0, 0, 0, 1, 2});
  m.node("Pad", {"x", "pads"}, "p");
  m.conv("p", "c", {1, 2, 3, 3});
  m.node("Relu", {"c"}, "r");
  m.end("r", 36);
  EXPECT_EQ(m.text(), "6x6x2 c1k3p1x0x1x2 2");
}

TEST(ReadGraph, DepthwiseAndPools) {
  Images m;
  set_integer(m.conv("x", "c", {4, 1, 3, 3}), "group", 2);
  m.node("Relu", {"c"}, "r");
  set_integers(m.pool("MaxPool", "r", "p", {2, 2}), "strides", {2, 2});
  m.pool("AveragePool", "p", "q", {2, 1});
  m.node("GlobalAveragePool", {"q"}, "g");
  m.end("g", 4);
  EXPECT_EQ(m.text(), "6x6x2 d4k3 m2 a2x1s1 a 2");
}

TEST(ReadGraph, ReluBehindAMaximumBelongsToTheLayer) {
  Images m;
  m.conv("x", "c", {2, 2, 3, 3});
  set_integers(m.pool("MaxPool", "c", "p", {2, 2}), "strides", {2, 2});
  m.node("Relu", {"p"}, "r");
  m.end("r", 8);
  EXPECT_EQ(m.text(), "6x6x2 c2k3 m2 2");
}

TEST(ReadGraph, ShortcutsInBothOrdersAndWithAConvolution) {
  for (const bool swapped : {false, true}) {
    Images m;
    m.padded("x", "c", 2);
    m.node("Relu", {"c"}, "r");
    m.padded("r", "d", 2);
    m.node("Add", swapped ? std::vector<std::string>{"x", "d"} : std::vector<std::string>{"d", "x"},
           "a");
    m.node("Relu", {"a"}, "s");
    m.end("s", 72);
    EXPECT_EQ(m.text(), "6x6x2 r2 2");
  }
  Images m;
  set_integers(m.padded("x", "c", 2), "strides", {2, 2});
  m.node("Relu", {"c"}, "r");
  m.padded("r", "d", 2);
  set_integers(m.conv("x", "e", {2, 2, 1, 1}), "strides",
               {2, 2});  // found behind d, runs before it
  m.node("Add", {"d", "e"}, "a");
  m.node("Relu", {"a"}, "s");
  m.end("s", 18);
  EXPECT_EQ(m.text(), "6x6x2 r2s2b 2");
}

TEST(ReadGraph, ShortcutsOfEverySecondPixelAndZeroChannels) {
  Images m;
  m.counted("cw", {4, 2, 3, 3});
  auto& first = m.node("Conv", {"x", "cw"}, "c");
  set_integers(first, "pads", {1, 1, 1, 1});
  set_integers(first, "strides", {2, 2});
  m.node("Relu", {"c"}, "r");
  m.padded("r", "d", 4);
  m.integers("starts", {0, 0});
  m.integers("ends", {std::numeric_limits<std::int64_t>::max(), 6});
  m.integers("axes", {2, -1});
  m.integers("steps", {2, 2});
  m.node("Slice", {"x", "starts", "ends", "axes", "steps"}, "half");
  m.integers("pads", {0, 1, 0, 0, 0, 1, 0, 0});
  m.node("Pad", {"half", "pads"}, "wide");
  m.node("Add", {"d", "wide"}, "a");
  m.node("Relu", {"a"}, "s");
  m.end("s", 36);
  EXPECT_EQ(m.text(), "6x6x2 r4s2 2");
}

TEST(ReadGraph, BatchNormalizationFoldsByChannel) {
  Images m;
  m.conv("x", "c", {2, 2, 1, 1}, false);
  m.batch_norm("c", "n", {2, 1}, {1, 2}, {0.5F, 0}, {4, 0.25F});
  m.node("Relu", {"n"}, "r");
  m.end("r", 72);
  const ImportedNetwork read = m.read();
  EXPECT_EQ(to_string(read.network.graph), "6x6x2 c2k1 2");
  // Factors 2 / 2 and 1 / 0.5; offsets 1 - 0.5 and 2.
  EXPECT_EQ(weights_of(read), (Floats{0.125F, 0.75F, 0.25F, 1}));
  EXPECT_EQ(biases_of(read), (Floats{0.5F, 2}));
}

TEST(ReadGraph, BatchNormalizationBehindAReluFoldsForward) {
  Images m;
  m.conv("x", "c", {2, 2, 1, 1});
  m.node("Relu", {"c"}, "r");
  m.batch_norm("r", "n", {2, 1}, {1, 2}, {0, 0}, {1, 1});
  m.conv("n", "d", {1, 2, 1, 1}, false);
  m.output("y");
  m.node("Relu", {"d"}, "s");
  m.end("s", 36);
  m.graph.mutable_output()->DeleteSubrange(1, 1);
  const ImportedNetwork read = m.read();
  // Weights 1/8 and 2/8 times 2 and 1; bias 1/8 + 2 2/8.
  EXPECT_EQ(weights_of(read, 1), (Floats{0.25F, 0.25F}));
  EXPECT_EQ(biases_of(read, 1), (Floats{0.625F}));
  Images padded;
  padded.conv("x", "c", {2, 2, 1, 1});
  padded.node("Relu", {"c"}, "r");
  padded.batch_norm("r", "n", {2, 1}, {1, 2}, {0, 0}, {1, 1});
  padded.padded("n", "d", 2);
  padded.end("d", 72);
  padded.refused("node 'the_d', a Conv, pads with zeros what a constant is added to");
}

TEST(ReadGraph, ChannelsLastAsKerasHasThem) {
  Images m({-1, 6, 6, 2});
  set_integers(m.node("Transpose", {"x"}, "t"), "perm", {0, 3, 1, 2});
  m.conv("t", "c", {3, 2, 3, 3}, false);
  m.constant("bias", {1, 3, 1, 1}, {1, 2, 3});
  m.node("Add", {"c", "bias"}, "b");
  m.node("Relu", {"b"}, "r");
  set_integers(m.pool("MaxPool", "r", "p", {2, 2}), "strides", {2, 2});
  set_integers(m.node("Transpose", {"p"}, "u"), "perm", {0, 2, 3, 1});
  m.integers("sizes", {-1, 12});
  m.node("Reshape", {"u", "sizes"}, "flat");
  m.dense("flat", "y", 12);
  m.output("y");
  const ImportedNetwork read = m.read();
  EXPECT_EQ(to_string(read.network.graph), "6x6x2 c3k3 m2 2");
  EXPECT_EQ(biases_of(read), (Floats{1, 2, 3}));
  const Eigen::MatrixXf& d = read.network.layers[2].weights;  // in storage order already
  for (int j = 0; j < 12; ++j) EXPECT_EQ(d(0, j), static_cast<float>(2 * j + 1) / 8);
}

TEST(ReadGraph, VectorsThatAreReshapedAreImages) {
  Images m({-1, 36});
  m.integers("sizes", {-1, 1, 6, 6});
  m.node("Reshape", {"x", "sizes"}, "image");
  m.conv("image", "c", {2, 1, 3, 3});
  m.node("Relu", {"c"}, "r");
  set_integers(m.node("ReduceMean", {"r"}, "g"), "axes", {2, 3});
  set_integer(*m.graph.mutable_node(m.graph.node_size() - 1), "keepdims", 0);
  m.dense("g", "y", 2);
  m.output("y");
  EXPECT_EQ(m.text(), "6x6x1 c2k3 a 2");
}

TEST(ReadGraph, OneOutputBecomesTwo) {
  Images m;
  m.conv("x", "c", {1, 2, 6, 6});
  m.node("Sigmoid", {"c"}, "y");
  m.output("y");
  const ImportedNetwork read = m.read();
  EXPECT_EQ(to_string(read.network.graph), "6x6x2 c2k6");
  EXPECT_EQ(read.network.layers[0].weights.row(0).cwiseAbs().sum(), 0);
}

/// Builds a convolution with a change, and a dense layer behind it.
void refused_conv(const std::function<void(Images&, onnx::NodeProto&)>& change,
                  const std::string& reason) {
  Images m;
  change(m, m.conv("x", "c", {2, 2, 3, 3}));
  m.node("Relu", {"c"}, "r");
  m.end("r", 32);
  m.refused(reason);
}

TEST(ReadGraph, ConvolutionsThatTheMachineCannotRun) {
  refused_conv(
      [](Images&, auto& n) {
        set_integers(n, "dilations", {2, 1});
      },
      "node 'the_c', a Conv, has dilations of 2 x 1");
  refused_conv([](Images&, auto& n) { set_integer(n, "group", 3); },
               "has 3 groups: the machine has 1, or one for each of the 2 channels");
  refused_conv([](Images&, auto& n) { set_integer(n, "group", 2); },
               "has filters for 2 channels a group, but reads 2 channels in 2 groups");
  refused_conv(
      [](Images&, auto& n) {
        set_integers(n, "pads", {3, 0, 0, 0});
      },
      "node 'the_c', a Conv");
  refused_conv(
      [](Images&, auto& n) {
        set_integers(n, "pads", {3, 0, 0, 0});
      },
      "needs padding that is smaller than the window of 3x3");
  refused_conv([](Images&, auto& n) { set_integers(n, "pads", {-1, 0, 0, 0}); }, "has pads of -1");
  refused_conv([](Images&, auto& n) { set_integers(n, "strides", {0, 1}); }, "has a stride of 0");
  refused_conv([](Images&, auto& n) { set_integers(n, "strides", {2}); },
               "has 1 strides: needs 2, for windows of rows and columns");
  refused_conv([](Images&, auto& n) { set_text(n, "auto_pad", "SAME"); }, "has auto_pad SAME");
  refused_conv([](Images& m, auto&) { m.graph.mutable_initializer(0)->set_dims(2, 9); },
               "numbers: its sizes need");
  Images m;
  m.conv("x", "c", {2, 2, 7, 7});
  m.end("c", 2);
  m.refused("has a window of 7x7 that does not fit the tensor of 6x6x2");
  Images channels;
  channels.conv("x", "c", {2, 3, 3, 3});
  channels.end("c", 32);
  channels.refused("has filters for 3 channels a group, but reads 2 channels");
  Images line({-1, 2, 6});
  line.conv("x", "c", {2, 2, 3, 3});
  line.end("c", 32);
  line.refused("takes samples of 2 x 6: needs channels x rows x columns");
  Images open({-1, 2, -1, 6});
  open.conv("x", "c", {2, 2, 3, 3});
  open.end("c", 32);
  open.refused("input 'x' is ? x 2 x ? x 6: needs fixed sizes");
}

TEST(ReadGraph, PoolsThatTheMachineCannotRun) {
  const auto refused = [](const std::string& op,
                          const std::function<void(onnx::NodeProto&)>& change,
                          const std::string& reason) {
    Images m;
    m.conv("x", "c", {2, 2, 2, 2});
    m.node("Relu", {"c"}, "r");
    change(m.pool(op, "r", "p", {2, 2}));
    m.end("p", 8);
    m.refused(reason);
  };
  const auto strided = [](onnx::NodeProto& n) { set_integers(n, "strides", {2, 2}); };
  refused(
      "MaxPool",
      [&](auto& n) {
        strided(n);
        set_integer(n, "ceil_mode", 1);
      },
      "has ceil_mode 1, which counts a window that is not whole");
  refused(
      "AveragePool",
      [](auto& n) {
        set_integers(n, "pads", {1, 1, 0, 0});
      },
      "leaves padding out of what it divides by");
  refused(
      "MaxPool",
      [](auto& n) {
        set_integers(n, "dilations", {2, 2});
      },
      "has dilations");
  refused(
      "MaxPool", [](auto& n) { n.add_output("places"); }, "gives the places of the largest");
}

TEST(ReadGraph, WhatDoesNotFold) {
  Images sums;  // both sides of a shortcut behind their ReLUs
  sums.padded("x", "c", 2);
  sums.node("Relu", {"c"}, "r");
  sums.padded("r", "d", 2);
  sums.node("Relu", {"d"}, "s");
  sums.node("Add", {"s", "r"}, "a");
  sums.end("a", 72);
  sums.refused("neither of which is the sums of a layer");
  Images sizes;
  sizes.padded("x", "c", 2);
  sizes.node("Relu", {"c"}, "r");
  sizes.conv("r", "d", {2, 2, 3, 3});
  sizes.node("Add", {"d", "r"}, "a");
  sizes.end("a", 32);
  sizes.refused("node 'the_a', an Add, adds samples of 2 x 4 x 4 and 2 x 6 x 6");
  Images shared;  // sums that one node reads without the ReLU of the other
  shared.padded("x", "c", 2);
  shared.node("Relu", {"c"}, "r");
  shared.padded("r", "d", 2);
  shared.node("Add", {"d", "c"}, "a");
  shared.end("a", 72);
  shared.refused("node 'the_r', a Relu, follows sums that another node reads without it");
  Images clipped;
  clipped.conv("x", "c", {2, 2, 3, 3});
  clipped.constant("low", {}, {0});
  clipped.constant("high", {}, {6});
  clipped.node("Clip", {"c", "low", "high"}, "r");
  clipped.end("r", 32);
  clipped.refused("node 'the_r' is a Clip to 0 .. 6 (ReLU6)");
  Images joined;
  joined.conv("x", "c", {2, 2, 3, 3});
  joined.conv("x", "d", {2, 2, 3, 3});
  joined.node("Concat", {"c", "d"}, "j");
  joined.end("j", 64);
  joined.refused("node 'the_j' is a Concat");
  Images scaled;
  scaled.conv("x", "c", {2, 2, 3, 3});
  scaled.node("GlobalAveragePool", {"c"}, "g");
  scaled.node("Mul", {"c", "g"}, "m");
  scaled.end("m", 32);
  scaled.refused("works on two tensors of the samples");
  Images cut;
  cut.conv("x", "c", {4, 2, 3, 3});
  cut.integers("sizes", {-1, 2, 2, 16});
  cut.node("Reshape", {"c", "sizes"}, "s");
  cut.end("s", 64);
  cut.refused("cuts rows, columns or channels");
  Images turned;
  turned.conv("x", "c", {2, 2, 3, 3});
  set_integers(turned.node("Transpose", {"c"}, "t"), "perm", {0, 2, 3, 1});
  turned.conv("t", "d", {2, 4, 1, 1});
  turned.end("d", 32);
  turned.refused("needs a Transpose before it");
  Images dead;
  dead.conv("x", "c", {2, 2, 3, 3});
  dead.conv("x", "d", {2, 2, 3, 3});
  dead.end("c", 32);
  dead.refused("node 'the_d', a Conv, does not lie between input and output");
  Images last;
  last.conv("x", "c", {2, 2, 6, 6});
  last.node("Relu", {"c"}, "y");
  last.output("y");
  last.refused("ends in a Relu");
  Images map;
  map.conv("x", "y", {2, 2, 3, 3});
  map.output("y");
  map.refused("has its outputs in the order rows, columns, channels");
  Images mirrored;
  mirrored.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
  set_text(mirrored.node("Pad", {"x", "pads"}, "p"), "mode", "reflect");
  mirrored.conv("p", "c", {2, 2, 3, 3});
  mirrored.end("c", 72);
  mirrored.refused("has mode reflect: the machine pads with zeros");
}

}  // namespace
}  // namespace minerva
