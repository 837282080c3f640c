// Networks of all kinds of layers, written and read back: ONNX, npz, safetensors.
#include <gtest/gtest.h>

#include <cstring>

#include "minerva/engine/graph_engine.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/interchange/qonnx.hpp"
#include "minerva/network/graph_text.hpp"
#include "random_graph.hpp"

namespace minerva {
namespace {

constexpr std::uint64_t kSeed = 2027;
constexpr int kNetworks = 300;

GraphNetwork random_network(KeyedRandom& random, const LayerGraph& graph) {
  GraphNetwork network{graph, {}, "drawn"};
  for (int k = 0; k < graph.layers(); ++k) {
    const GraphLayer& layer = graph.layer(k);
    LayerParameters numbers;
    if (layer.has_weights()) {
      numbers.weights = Eigen::MatrixXf::NullaryExpr(
          layer.channels, layer.fan_in(),
          [&](Eigen::Index, Eigen::Index) { return static_cast<float>(random.uniform() - 0.5); });
      numbers.biases = Eigen::VectorXf::NullaryExpr(
          layer.channels, [&](Eigen::Index) { return static_cast<float>(random.uniform() - 0.5); });
    }
    network.layers.push_back(std::move(numbers));
  }
  return network;
}

bool same_bits(const GraphNetwork& a, const GraphNetwork& b) {
  const auto same = [](const auto& x, const auto& y) {
    return x.rows() == y.rows() && x.cols() == y.cols() &&
           // An empty matrix has no address that memcmp may be given.
           (x.size() == 0 ||
            std::memcmp(x.data(), y.data(), sizeof(float) * static_cast<std::size_t>(x.size())) ==
                0);
  };
  if (a.graph != b.graph || a.layers.size() != b.layers.size()) return false;
  for (std::size_t k = 0; k < a.layers.size(); ++k) {
    if (!same(a.layers[k].weights, b.layers[k].weights) ||
        !same(a.layers[k].biases, b.layers[k].biases)) {
      return false;
    }
  }
  return true;
}

/// A network with one output becomes one of two when it is read, which is no defect here.
LayerGraph graph_of_several_outputs(KeyedRandom& random) {
  for (;;) {
    LayerGraph graph = random_graph(random, drawn(random, 1, 7));
    if (graph.outputs() > 1 && !graph.is_dense_chain()) return graph;
  }
}

TEST(GraphFiles, ReadBackToTheSameBits) {
  int shortcuts = 0;
  int averages = 0;
  for (int i = 0; i < kNetworks; ++i) {
    KeyedRandom random(kSeed, Stream::test, static_cast<std::uint64_t>(i));
    const GraphNetwork network = random_network(random, graph_of_several_outputs(random));
    const std::string text = to_string(network.graph);
    SCOPED_TRACE(text);
    for (int k = 0; k < network.graph.layers(); ++k) {
      shortcuts += network.graph.layer(k).added ? 1 : 0;
      averages += network.graph.layer(k).divisor > 1 ? 1 : 0;
    }
    for (const std::string& bytes :
         {onnx_bytes(network), npz_bytes(network), serialize_network(network)}) {
      try {
        const ImportedNetwork read = import_network_bytes(bytes, "file");
        EXPECT_EQ(to_string(read.network.graph), text) << read.format;
        EXPECT_TRUE(same_bits(read.network, network)) << read.format;
      } catch (const UserError& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }
  EXPECT_GT(shortcuts, 50);
  EXPECT_GT(averages, 20);
}

TEST(GraphFiles, TheDescriptionMustAgree) {
  KeyedRandom random(kSeed + 1, Stream::test);
  const LayerGraph graph = parse_layer_graph("8x8x2 c4k3p1 m2 6 3", "test");
  const GraphNetwork network = random_network(random, graph);
  for (const std::string& bytes :
       {onnx_bytes(network), npz_bytes(network), serialize_network(network)}) {
    const auto read = [&](const std::string& described) {
      return import_network_bytes(bytes, "file", WeightsLayout::automatic, described);
    };
    EXPECT_TRUE(same_bits(read("8x8x2 c4k3p1 m2 6 3").network, network));
    try {
      read("8x8x2 c4k3p1 m2 5 3");
      ADD_FAILURE() << "accepted";
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find("which is described as 8x8x2 c4k3p1 m2 5 3"),
                std::string::npos)
          << error.what();
    }
  }
}

/// Formats of a plan, thresholds, and codes that use them all; the codes stand in the file.
TEST(GraphFiles, QonnxComesBackToEqualCodes) {
  int written = 0;
  int scaled = 0;
  for (int i = 0; i < kNetworks; ++i) {
    KeyedRandom random(kSeed + 3, Stream::test, static_cast<std::uint64_t>(i));
    const LayerGraph graph = graph_of_several_outputs(random);
    QuantizationPlan plan;
    try {
      plan = random_plan(random, graph);
    } catch (const UserError& error) {  // no plan makes up for the divisor of an added average
      EXPECT_NE(std::string(error.what()).find("an average over no power of two"),
                std::string::npos)
          << error.what();
      continue;
    }
    QuantizedGraph network = quantize_graph(random_network(random, graph), plan);
    for (int k = 0; k < graph.layers(); ++k) {
      QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
      const auto most = static_cast<int>(layer.formats.activation.max_code());
      if (graph.layer(k).has_weights() && most > 2 && chance(random, 0.3)) {
        layer.theta_code = drawn(random, 2, std::min(most, 9));
      }
      scaled += layer.formats.scale_exponent != 0 ? 1 : 0;
    }
    SCOPED_TRACE(to_string(graph));
    std::string bytes;
    try {
      bytes = qonnx_bytes(network);
    } catch (const UserError& error) {
      const std::string why = error.what();
      EXPECT_TRUE(why.find("needs a power of two") != std::string::npos ||
                  why.find("of one bit, which QONNX") != std::string::npos ||
                  why.find("needs P of at most 25 bits") != std::string::npos)
          << why;
      continue;
    }
    ++written;
    const ImportedNetwork read = import_network_bytes(bytes, "q.onnx");
    ASSERT_TRUE(read.plan) << read.no_plan;
    EXPECT_EQ(to_string(read.network.graph), to_string(graph));
    const QuantizedGraph back = quantize_graph(read.network, read.plan->plan);
    ASSERT_EQ(back.layers.size(), network.layers.size());
    EXPECT_EQ(back.rounding, network.rounding);
    for (std::size_t k = 0; k < back.layers.size(); ++k) {
      EXPECT_EQ(back.layers[k].weights, network.layers[k].weights);
      EXPECT_EQ(back.layers[k].biases, network.layers[k].biases);
      EXPECT_EQ(back.layers[k].formats.activation, network.layers[k].formats.activation);
      EXPECT_EQ(back.layers[k].formats.scale_exponent, network.layers[k].formats.scale_exponent);
      if (!read.plan->theta_codes.empty()) {
        EXPECT_EQ(read.plan->theta_codes[k], network.layers[k].theta_code);
      }
    }
  }
  EXPECT_GT(written, kNetworks / 3);
  EXPECT_GT(scaled, 50);
}

TEST(GraphFiles, QonnxRefusesProductsOfConvolutionsOneByOne) {
  KeyedRandom random(kSeed + 4, Stream::test);
  const LayerGraph graph = parse_layer_graph("6x6x1 c2k3 4", "test");
  const QuantizedGraph network =
      quantize_graph(random_network(random, graph), random_plan(random, graph));
  EXPECT_THROW(qonnx_bytes(network, QonnxProducts::each_product), UserError);
}

TEST(GraphFiles, ChainsSayNothingNew) {
  KeyedRandom random(kSeed + 2, Stream::test);
  const GraphNetwork network = random_network(random, parse_layer_graph("8x2x1 5 3", "test"));
  const std::string file = serialize_network(network);
  EXPECT_EQ(file.find("8x2x1"), std::string::npos);
  EXPECT_EQ(file, serialize_network(chain_network(network)));
  EXPECT_EQ(npz_bytes(network), npz_bytes(chain_network(network)));
  EXPECT_EQ(onnx_bytes(network), onnx_bytes(chain_network(network)));
  EXPECT_EQ(numbers_sha256(network), numbers_sha256(chain_network(network)));
}

TEST(GraphFiles, NamesAreThoseOfTheLayers) {
  const auto refused = [](std::vector<NamedTensor> tensors, const std::string& words) {
    try {
      network_of_tensors(std::move(tensors), "f", WeightsLayout::automatic, "3x3x2 c4k3 2");
      ADD_FAILURE() << "accepted, expected: " << words;
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  const auto tensor = [](const std::string& name, std::vector<std::int64_t> shape) {
    std::size_t size = 1;
    for (const std::int64_t n : shape) size *= static_cast<std::size_t>(n);
    return NamedTensor{name, std::move(shape), std::vector<float>(size, 0.25F)};
  };
  const NamedTensor w0 = tensor("w0", {4, 2, 3, 3});
  const NamedTensor b0 = tensor("b0", {4});
  const NamedTensor w1 = tensor("w1", {4, 2});
  const NamedTensor b1 = tensor("b1", {2});
  refused({w0, b0, w1}, "b1");
  refused({tensor("w0", {4, 3, 3, 2}), b0, w1, b1},
          "'w0': (4, 3, 3, 2): layer 1 (c4k3) needs (4, 2, 3, 3)");
  refused({w0, b0, w1, tensor("b1", {3})}, "'b1': (3): layer 2 (2n) needs (2)");
  refused({w0, b0, w1, b1, tensor("w2", {2, 2})}, "belongs to no layer of 3x3x2 c4k3 2");
  // A state dict: the order follows from the sizes, then from numbers and letters.
  const auto two = [&](const std::string& first, const std::string& second) {
    return std::vector<NamedTensor>{tensor(second + ".weight", {4, 4, 1, 1}),
                                    tensor(second + ".bias", {4}),
                                    tensor(first + ".weight", {4, 4, 1, 1}),
                                    tensor(first + ".bias", {4}),
                                    tensor("fc.weight", {2, 4}),
                                    tensor("other.numbers", {3})};
  };
  for (const auto& [first, second] :
       {std::pair{"2a", "2b"}, std::pair{"c9", "c10"}, std::pair{"l.1.c1", "l.1.c2"}}) {
    const ImportedNetwork read =
        network_of_tensors(two(first, second), "f", WeightsLayout::automatic, "1x1x4 c4k1 c4k1 2");
    const std::string order =
        "layers in the order " + std::string(first) + ".weight, " + second + ".weight, fc.weight";
    EXPECT_NE(std::find(read.notes.begin(), read.notes.end(), order), read.notes.end()) << order;
    EXPECT_NE(std::find(read.notes.begin(), read.notes.end(),
                        "left out other.numbers, which is no weight and no bias"),
              read.notes.end());
  }
  try {
    network_of_tensors(two("up", "down"), "f", WeightsLayout::automatic, "1x1x4 c4k1 c4k1 2");
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("could both come next"), std::string::npos);
  }
}

}  // namespace
}  // namespace minerva
