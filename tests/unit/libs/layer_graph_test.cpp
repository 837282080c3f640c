#include "minerva/network/layer_graph.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "minerva/network/graph_schedule.hpp"
#include "minerva/network/graph_text.hpp"
#include "random_graph.hpp"

namespace minerva {
namespace {

const char* const kLenet = "28x28x1 c6k5p2 m2 c16k5 m2 120 84 10";
const char* const kResnet20 = "32x32x3 c16k3p1 r16 r16 r16 r32s2 r32 r32 r64s2 r64 r64 a 10";

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const UserError& error) {
    // "where = 'layer 3 (m2)': cause" as one phrase.
    std::string text = error.what();
    const auto quoted = text.find("': ");
    return quoted == std::string::npos ? text : text.replace(quoted, 2, "");
  }
  return "no error";
}

std::string parse_error(const std::string& text) {
  return error_of([&] { parse_layer_graph(text, "network"); });
}

TEST(LayerGraphText, GivesTheShapesOfLenet) {
  const LayerGraph graph = parse_layer_graph(kLenet, "network");
  EXPECT_EQ(to_string(graph), kLenet);
  const char* const tensors[] = {"28x28x1", "28x28x6", "14x14x6", "10x10x16",
                                 "5x5x16",  "120",     "84",      "10"};
  for (int t = 0; t < graph.tensors(); ++t) EXPECT_EQ(to_string(graph.tensor(t)), tensors[t]);
  EXPECT_EQ(graph.weight_count(), 150 + 2400 + 48000 + 10080 + 840);
  EXPECT_TRUE(graph.layer(0).relu);
  EXPECT_FALSE(graph.layer(6).relu);
  // The border of the first map lies in the padding: 28 rows see 5 rows but for 2 + 1 at each end.
  const std::int64_t taps = (28 * 5 - 2 * 3) * (28 * 5 - 2 * 3);
  EXPECT_EQ(graph.mac_count(), taps * 6 + 100 * 150 * 16 + 48000 + 10080 + 840);
}

TEST(LayerGraphText, KeepsTheTextOfDenseChains) {
  const LayerGraph graph = parse_layer_graph("784-256-256-256-10", "network");
  EXPECT_TRUE(graph.is_dense_chain());
  EXPECT_EQ(graph.topology(), Topology({784, 256, 256, 256, 10}));
  EXPECT_EQ(to_string(graph), "784-256-256-256-10");
  EXPECT_EQ(parse_layer_graph("784 256 256 256 10", "network"), graph);
  EXPECT_EQ(to_string(parse_layer_graph("28x28x1 256 10", "network")), "28x28x1 256 10");
  EXPECT_EQ(LayerGraph(Topology({784, 256, 256, 256, 10})), graph);
}

TEST(LayerGraphText, WritesResidualBlocksShort) {
  const LayerGraph graph = parse_layer_graph(kResnet20, "network");
  EXPECT_EQ(to_string(graph), kResnet20);
  EXPECT_EQ(graph.layers(), 1 + 18 + 2);
  EXPECT_EQ(graph.weight_count(), 268336);
  const GraphLayer& strided = graph.layer(8);  // the second convolution of r32s2
  EXPECT_EQ(strided.added, (AddedTensor{7, 2, 2, 8}));
  EXPECT_EQ(graph.layer(19).divisor, 64);
  const LayerGraph projected = parse_layer_graph("8x8x4 r8s2b a 3", "network");
  EXPECT_EQ(projected, parse_layer_graph("8x8x4 c8k3s2p1 c8k1s2n@0 c8k3p1@1+2 a 3", "network"));
  EXPECT_EQ(to_string(projected), "8x8x4 r8s2b a 3");
}

TEST(LayerGraphText, ReadsWhatItWrites) {
  std::set<std::string> seen;
  for (std::uint64_t index = 0; index < 5000; ++index) {
    KeyedRandom random(1, Stream::test, index);
    const LayerGraph graph = random_graph(random, drawn(random, 1, 9));
    const std::string text = to_string(graph);
    ASSERT_EQ(parse_layer_graph(text, "network"), graph) << text;
    ASSERT_EQ(to_string(parse_layer_graph(text, "network")), text);
    for (const char* letter : {"c", "d", "m", "a", "s", "r", "n", "@", "+", "/", ":"}) {
      if (text.find(letter) != std::string::npos) seen.insert(letter);
    }
  }
  EXPECT_EQ(seen.size(), 11U);
}

TEST(LayerGraphErrors, NameLayerAndCause) {
  const std::pair<const char*, const char*> cases[] = {
      {"28x28x1 c6k5 m2 c16k15",
       "layer 3 (c16k15) has a window of 15x15 that does not fit the "
       "tensor of 12x12x6 with its padding"},
      {"8x8x4 c8k3p3", "layer 1 (c8k3p3) needs padding that is smaller than the window of 3x3"},
      {"8x8x4 d6k3", "layer 1 (d6k3) has 6 channels, no multiple of the 4 groups"},
      {"8x8x4 c8k3 c4k3+1",
       "layer 2 (c4k3+1) adds tensor 1 of 6x6x8, which does not align with its own of 4x4x4"},
      {"8x8x4 c8k3+7", "layer 1 (c8k3+7) adds tensor 7, but only 0 to 0 stand before it"},
      {"8x8x4 10@3", "layer 1 (10@3) reads tensor 3, but only 0 to 0 stand before it"},
      {"8x8x4 c8k3 10@0", "layer 1 (c8k3) writes a tensor that no layer reads"},
      {"8x8x4 c8k3 m2",
       "layer 2 (m2) is the last layer; its outputs must be sums: of weights, or "
       "of a pool"},
      {"8x8x4 c8", "layer 1 (c8) needs a kernel behind its channels, such as c6k5"},
      {"8x8x4 c8k3d2", "layer 1 (c8k3d2) has letters that its kind does not, or not in this order"},
      {"8x8x4 c8k0", "layer 1 (c8k0) needs a window of 1 to 4096 rows and columns"},
      {"8x8x4 c8k3s0", "layer 1 (c8k3s0) needs a stride of 1 to 4096"},
      {"8x8x4 c0k3", "layer 1 (c0k3) needs 1 channel or more"},
      {"8x8x4 c8k3p1x1x1",
       "layer 1 (c8k3p1x1x1) needs padding of all sides, of rows x columns, or "
       "of top x left x bottom x right"},
      {"8x8x4 q3",
       "layer 1 (q3) needs c or d (convolutions), m, a or s (pools), r (a residual "
       "block) or a number of neurons"},
      {"8x8x4 r8s2x2", "layer 1 (r8s2x2) needs a residual block such as r32, r32s2 or r32s2b"},
      {"8x8x4 m2+0", "layer 1 (m2+0) has letters that its kind does not, or not in this order"},
      {"8x8x4 c99999999k8p7",
       "layer 1 (c99999999k8p7) writes 22499999775 words, more than 16777216"},
      {"8x8x4", "needs a layer or more behind the input"},
      {"", "needs a network such as 28x28x1 c6k5p2 m2 120 10, or 784-256-10"},
  };
  for (const auto& [text, message] : cases) {
    const std::string error = parse_error(text);
    EXPECT_NE(error.find(message), std::string::npos) << text << ": " << error;
    EXPECT_EQ(error.find("network"), 0U) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
  }
  // What the text cannot say: groups that are neither one nor one a channel.
  LayerGraph graph({8, 8, 4});
  GraphLayer layer;
  layer.kind = GraphLayerKind::conv2d;
  layer.channels = 4;
  layer.groups = 2;
  EXPECT_NE(error_of([&] {
              graph.add(layer, "model.onnx");
            }).find("has 2 groups; the machine runs 1, or a group for each of the 4 channels"),
            std::string::npos);
}

TEST(GraphSchedule, FusesPoolsWhoseWindowsDoNotOverlap) {
  const LayerGraph lenet = parse_layer_graph(kLenet, "network");
  EXPECT_EQ(fused_pool(lenet, 0), 1);
  EXPECT_TRUE(is_fused(lenet, 1));
  EXPECT_EQ(fused_pool(lenet, 2), 3);
  const auto fused = [](const char* text) {
    return fused_pool(parse_layer_graph(text, "network"), 0);
  };
  EXPECT_EQ(fused("9x9x1 c2k2 m3s2 3"), -1) << "windows overlap";
  EXPECT_EQ(fused("9x9x1 c2k2 m2p1 3"), -1) << "padding";
  EXPECT_EQ(fused("9x9x1 c2k2 a2 3"), -1) << "an average";
  EXPECT_EQ(fused("9x9x1 c2k2 m8s1 c3k8@1 c3k1@2+3"), -1) << "another layer reads the map";
  EXPECT_EQ(fused("9x9x1 c2k2 m2s3 3"), 1);
  // 8 x 8 map, windows of 2 x 2 every 3: rows 0 1 3 4 6 7, window by window.
  const LayerGraph gaps = parse_layer_graph("9x9x1 c2k2 m2s3 3", "network");
  EXPECT_EQ(computed_grid(gaps, 0).rows, (std::vector<int>{0, 1, 3, 4, 6, 7}));
  const std::vector<Position> order = computed_positions(gaps, 0);
  ASSERT_EQ(order.size(), 36U);
  const int first[][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 3}, {0, 4}};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(order[i].y, first[i][0]);
    EXPECT_EQ(order[i].x, first[i][1]);
  }
}

TEST(GraphSchedule, HasTwoRegionsForAChainAndThreeForResidualBlocks) {
  const TensorRegions lenet = tensor_regions(parse_layer_graph(kLenet, "network"));
  EXPECT_EQ(lenet.words, (std::vector<int>{14 * 14 * 6, 5 * 5 * 16}));
  EXPECT_EQ(lenet.region, (std::vector<int>{-1, -1, 0, -1, 1, 0, 1, 0}));
  const TensorRegions resnet = tensor_regions(parse_layer_graph(kResnet20, "network"));
  EXPECT_EQ(resnet.words, (std::vector<int>(3, 32 * 32 * 16)));
  EXPECT_EQ(tensor_regions(parse_layer_graph("784-256-256-10", "network")).words.size(), 2U);
}

// No tensor is overwritten before its last reader, and no layer writes where it reads.
TEST(GraphSchedule, KeepsEveryTensorAsLongAsItIsRead) {
  for (std::uint64_t index = 0; index < 2000; ++index) {
    KeyedRandom random(4, Stream::test, index);
    const LayerGraph graph = random_graph(random, drawn(random, 1, 9));
    const TensorRegions regions = tensor_regions(graph);
    std::vector<int> holds(regions.words.size(), -1);  // the tensor in each region
    for (int k = 0; k < graph.layers(); ++k) {
      const GraphLayer& layer = graph.layer(k);
      for (const int t : {layer.reads, layer.added.tensor}) {
        if (t <= 0 || (is_fused(graph, k) && t == k)) continue;
        const int region = regions.region[static_cast<std::size_t>(t)];
        ASSERT_GE(region, 0) << to_string(graph);
        ASSERT_EQ(holds[static_cast<std::size_t>(region)], t) << to_string(graph);
        // A fused pool writes while the convolution before it reads.
        const int writes = fused_pool(graph, k) >= 0 ? k + 2 : k + 1;
        ASSERT_NE(regions.region[static_cast<std::size_t>(writes)], region) << to_string(graph);
      }
      const int region = regions.region[static_cast<std::size_t>(k) + 1];
      if (region < 0) continue;
      holds[static_cast<std::size_t>(region)] = k + 1;
      ASSERT_GE(regions.words[static_cast<std::size_t>(region)], layer.output.size());
    }
  }
}

GraphNetwork constant_network(const char* text) {
  GraphNetwork network;
  network.graph = parse_layer_graph(text, "network");
  for (int k = 0; k < network.graph.layers(); ++k) {
    const GraphLayer& layer = network.graph.layer(k);
    network.layers.push_back({Eigen::MatrixXf::Constant(layer.bias_count(), layer.fan_in(), 0.5F),
                              Eigen::VectorXf::Constant(layer.bias_count(), 0.25F)});
  }
  return network;
}

TEST(QuantizedGraphs, FoldWhatIsNoPowerOfTwoOfAnAverageIntoTheWeightsBehindIt) {
  const GraphNetwork network = constant_network("7x7x2 c4k1 a 3");
  const LayerFormats formats{{2, 6}, {4, 4}, {4, 8}};
  const QuantizedGraph quantized = quantize_graph(network, uniform_plan(3, formats));
  EXPECT_EQ(divisor_shift(network.graph.layer(1)), 6);  // 49 words are shifted as 64
  EXPECT_EQ(quantized.layer(2).weights.front(), 42);    // 0.5 x 64 / 49 = 0.6531, in 64ths 41.8
  EXPECT_EQ(quantized.layer(0).weights.front(), 32);
  EXPECT_EQ(quantized.layer(2).biases.front(), 64);
  EXPECT_TRUE(quantized.layer(1).weights.empty());
}

TEST(QuantizedGraphs, RefusePlansThatTheMachineCannotRun) {
  const GraphNetwork network = constant_network("8x8x4 c4k3p1 c4k3p1n c4k3p1+1 m2 a 3");
  const LayerFormats formats{{2, 6}, {4, 4}, {4, 8}};
  const auto error = [&](const std::function<void(QuantizationPlan&)>& change) {
    QuantizationPlan plan = uniform_plan(6, formats);
    change(plan);
    return error_of([&] { quantize_graph(network, plan); });
  };
  EXPECT_EQ(error([](QuantizationPlan&) {}), "no error");
  EXPECT_NE(error([](QuantizationPlan& p) {
              p.layers[2].product = {4, 2};
            })
                .find("layer 3 (c4k3p1+1) adds tensor 1 of X Q4.4, which does not fit exactly into "
                      "sums of P Q4.2: P needs 2 more fraction bits"),
            std::string::npos);
  EXPECT_NE(error([](QuantizationPlan& p) {
              p.layers[2].product = {1, 8};
            }).find("no error"),
            std::string::npos)
      << "sums have room for a wider word";
  EXPECT_NE(error([](QuantizationPlan& p) {
              p.layers[4].activation = {3, 4};
            }).find("layer 4 (m2) compares codes of X Q4.4, but what it writes is read as Q3.4"),
            std::string::npos);
  EXPECT_NE(error([](QuantizationPlan& p) {
              p.layers[3].scale_exponent = 1;
            }).find("layer 4 (m2) has a scale of 2^1; a pool keeps that of the tensor"),
            std::string::npos);
  EXPECT_NE(
      error([](QuantizationPlan& p) { p.layers.pop_back(); }).find("the network has 6 layers"),
      std::string::npos);
  EXPECT_NE(error_of([&] {
              quantize_graph(network, uniform_plan(6, formats), {{0, 0, 0, 0.5, 0, 0}});
            }).find("must be 0: a pool skips nothing"),
            std::string::npos);
  GraphNetwork unended = network;
  unended.graph = LayerGraph({8, 8, 4});
  GraphLayer dense;
  dense.channels = 3;
  unended.graph.add(dense, "network");
  EXPECT_THROW(quantize_graph(unended, uniform_plan(1, formats)), ContractViolation);
  // Two layers that read one tensor in two formats.
  const GraphNetwork branch = constant_network("8x8x4 c4k1 c4k1 c4k1n@1+2 3");
  QuantizationPlan plan = uniform_plan(4, formats);
  plan.layers[2].activation = {5, 3};
  EXPECT_NE(error_of([&] { quantize_graph(branch, plan); })
                .find("layer 3 (c4k1n@1+2) reads its input as X Q5.3, but layer 2 (c4k1) reads the "
                      "same tensor as Q4.4"),
            std::string::npos);
  EXPECT_EQ(graph_datapath_widths(network.graph, uniform_plan(6, formats)).accumulator_bits,
            12 + 6 + 1);
}

TEST(GraphNetworks, FoldABatchNormalization) {
  LayerParameters layer{Eigen::MatrixXf::Constant(2, 3, 2.0F), Eigen::VectorXf::Constant(2, 1.0F)};
  BatchNormalization norm;
  norm.scale = Eigen::VectorXf::Constant(2, 3.0F);
  norm.offset = Eigen::VectorXf::Constant(2, 0.5F);
  norm.mean = Eigen::VectorXf::Constant(2, 5.0F);
  norm.variance = Eigen::VectorXf::Constant(2, 3.75F);
  norm.epsilon = 0.25;
  fold_batch_normalization(layer, norm, "model.onnx");
  EXPECT_FLOAT_EQ(layer.weights(1, 2), 2.0F * 3 / 2);
  EXPECT_FLOAT_EQ(layer.biases[0], 0.5F + (1 - 5) * 3.0F / 2);
  norm.variance[1] = -0.25F;
  EXPECT_NE(error_of([&] {
              fold_batch_normalization(layer, norm, "model.onnx");
            }).find("must be positive together"),
            std::string::npos);
  norm.mean.resize(1);
  EXPECT_NE(error_of([&] {
              fold_batch_normalization(layer, norm, "model.onnx");
            }).find("a batch normalization of 2 channels needs one a channel"),
            std::string::npos);
}

TEST(GraphNetworks, CheckTheNumbersOfEveryLayer) {
  GraphNetwork network = constant_network("8x8x4 c4k3p1 m2 3");
  EXPECT_EQ(error_of([&] { check_graph_network(network, "a.npz"); }), "no error");
  network.layers[0].weights.resize(4, 35);
  EXPECT_NE(error_of([&] {
              check_graph_network(network, "a.npz");
            }).find("layer 1 (c4k3p1) has 4 x 35 weights, but needs 4 x 36"),
            std::string::npos);
}

}  // namespace
}  // namespace minerva
