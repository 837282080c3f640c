// Convolutional networks as PyTorch and Keras users keep them
// (tests/support/make_graph_samples.py), with the outputs that PyTorch computes in double
// precision.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "minerva/engine/graph_engine.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

constexpr Eigen::Index kOutputs = 4;

std::string sample(const std::string& name) {
  return std::string(MINERVA_SOURCE_DIR) + "/tests/samples/networks/" + name;
}

struct Expected {
  Eigen::MatrixXf inputs;  ///< words x samples
  Eigen::MatrixXd outputs;
};

Expected expected(const std::string& name) {
  std::ifstream file(sample(name));
  std::vector<std::vector<double>> lines;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    lines.emplace_back();
    for (std::string word; words >> word;)
      lines.back().push_back(std::strtod(word.c_str(), nullptr));
  }
  EXPECT_FALSE(lines.empty()) << name;
  const auto samples = static_cast<Eigen::Index>(lines.size());
  const auto words = static_cast<Eigen::Index>(lines.front().size()) - kOutputs;
  Expected e{Eigen::MatrixXf(words, samples), Eigen::MatrixXd(kOutputs, samples)};
  for (Eigen::Index s = 0; s < samples; ++s) {
    for (Eigen::Index i = 0; i < words + kOutputs; ++i) {
      const double value = lines[static_cast<std::size_t>(s)][static_cast<std::size_t>(i)];
      if (i < words) e.inputs(i, s) = static_cast<float>(value);
      if (i >= words) e.outputs(i - words, s) = value;
    }
  }
  return e;
}

/// How far float32 may lie from exact arithmetic, to first order and doubled: a layer of n inputs
/// rounds n products and sums, its added word, an average, and a weight and a bias into which a
/// BatchNormalization was folded, each by 2^-24 of magnitudes that the network of all absolute
/// values bounds.
Eigen::MatrixXd rounding_bound(const GraphNetwork& network, const Eigen::MatrixXf& inputs) {
  GraphNetwork magnitudes = network;
  double units = 0;
  for (int k = 0; k < network.graph.layers(); ++k) {
    LayerParameters& layer = magnitudes.layers[static_cast<std::size_t>(k)];
    layer.weights = layer.weights.cwiseAbs();
    layer.biases = layer.biases.cwiseAbs();
    const GraphLayer& shape = network.graph.layer(k);
    units += 6 + (shape.has_weights() ? shape.fan_in() : shape.window.words());
  }
  const Eigen::MatrixXf largest = graph_float_outputs(magnitudes, SampleInputs(inputs.cwiseAbs()));
  return 2 * std::ldexp(units, -24) * largest.cast<double>();
}

void expect_outputs(const GraphNetwork& network, const std::string& name) {
  const Expected e = expected(name);
  ASSERT_EQ(e.inputs.rows(), network.graph.inputs());
  const Eigen::MatrixXf outputs = graph_float_outputs(network, SampleInputs(e.inputs));
  const Eigen::MatrixXd bound = rounding_bound(network, e.inputs);
  for (Eigen::Index s = 0; s < outputs.cols(); ++s) {
    for (Eigen::Index i = 0; i < kOutputs; ++i) {
      EXPECT_LE(std::abs(static_cast<double>(outputs(i, s)) - e.outputs(i, s)), bound(i, s))
          << name << ", sample " << s;
    }
    Eigen::Index ours = 0;
    Eigen::Index theirs = 0;
    outputs.col(s).maxCoeff(&ours);
    e.outputs.col(s).maxCoeff(&theirs);
    EXPECT_EQ(ours, theirs) << name << ", sample " << s;
  }
}

struct Case {
  const char* file;
  const char* expected;
  const char* text;
};
constexpr const char* kResnet = "8x8x3 c4k3p1 r4 r6s2 r8s2b a 4";
constexpr Case kCases[] = {
    {"torch_lenet.onnx", "torch_lenet.txt", "14x14x1 c3k3p1 m2 c5k3 m2 8 4"},
    {"torch_resnet.onnx", "torch_resnet.txt", kResnet},
    {"torch_resnet_norms.onnx", "torch_resnet.txt", kResnet},
    {"torch_depthwise.onnx", "torch_depthwise.txt", "8x8x3 c4k3s2p1 d8k3p1 c6k1 a3s1p1 a 4"},
    {"torch_vgg.onnx", "torch_vgg.txt", "8x8x3 c4k3p1 c4k3p1 m2 c6k3 m 5 4"},
    {"keras_convolution.onnx", "keras_convolution.txt", "8x8x2 c4k3s2p0x0x1x1 m2 c3k1 4"}};

TEST(GraphSamples, ComputeWhatTheirOwnToolsCompute) {
  for (const Case& each : kCases) {
    const ImportedNetwork read = import_network(sample(each.file));
    EXPECT_EQ(to_string(read.network.graph), each.text) << each.file;
    expect_outputs(read.network, each.expected);
    for (const std::string& bytes :
         {onnx_bytes(read.network), npz_bytes(read.network), serialize_network(read.network)}) {
      const GraphNetwork back = import_network_bytes(bytes, "file").network;
      EXPECT_EQ(numbers_sha256(back), numbers_sha256(read.network)) << each.file;
      EXPECT_EQ(back.graph, read.network.graph) << each.file;
    }
  }
}

TEST(GraphSamples, AStateDictNeedsTheNetworkOnOneLine) {
  const std::string file = sample("torch_resnet_state.npz");
  const ImportedNetwork read = import_network(file, WeightsLayout::automatic, kResnet);
  expect_outputs(read.network, "torch_resnet.txt");
  try {
    import_network(file);
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("needs the network on one line"), std::string::npos);
  }
  try {
    import_network(file, WeightsLayout::automatic, "8x8x3 c4k3p1 r4 r8s2 r8s2b a 4");
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("has no more weights of (8, 4, 3, 3) for layer 4"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace minerva
