#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "minerva/base/errors.hpp"
#include "minerva/network/quantize_network.hpp"
#include "minerva/network/topology.hpp"

namespace minerva {
namespace {

/// The line of the UserError that `run` throws; fails the test when there is none.
template <typename Run>
std::string error_of(const Run& run) {
  try {
    run();
  } catch (const UserError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no UserError";
  return "";
}

bool names(const std::string& line, const std::string& part) {
  return line.find(part) != std::string::npos;
}

constexpr auto kNoKind = static_cast<LayerKind>(99);

/// Two dense layers, 6-3-2, with numbers that tell them apart.
Network small_network() {
  Network network;
  network.layers.push_back(
      {Eigen::MatrixXf::Constant(3, 6, 0.25F), Eigen::VectorXf::Constant(3, 0.5F)});
  network.layers.push_back(
      {Eigen::MatrixXf::Constant(2, 3, -0.5F), Eigen::VectorXf::Constant(2, 1)});
  return network;
}

TEST(TensorShape, SizeIsTheProductAndAVectorHasChannelsAlone) {
  EXPECT_EQ((TensorShape{28, 30, 3}.size()), 2520);
  EXPECT_FALSE((TensorShape{28, 28, 1}.is_vector()));
  EXPECT_FALSE((TensorShape{1, 2, 5}.is_vector()));
  EXPECT_TRUE(TensorShape::vector(784).is_vector());
  EXPECT_EQ(TensorShape::vector(784), (TensorShape{1, 1, 784}));
  EXPECT_EQ(TensorShape().size(), 0);
}

TEST(TensorShape, EqualOnlyInEveryExtent) {
  const TensorShape shape{4, 6, 2};
  EXPECT_EQ(shape, (TensorShape{4, 6, 2}));
  EXPECT_NE(shape, (TensorShape{6, 4, 2}));
  EXPECT_NE(shape, (TensorShape{4, 6, 1}));
  EXPECT_NE(shape, TensorShape::vector(shape.size()));
}

TEST(TensorShape, TextIsReadBack) {
  for (const TensorShape& shape :
       {TensorShape{28, 28, 1}, TensorShape{1, 2, 3}, TensorShape{32, 30, 3},
        TensorShape::vector(784), TensorShape::vector(1), TensorShape{1024, 1024, 1}}) {
    EXPECT_EQ(parse_tensor_shape(to_string(shape), "key"), shape) << to_string(shape);
  }
  EXPECT_EQ(to_string(TensorShape{28, 30, 1}), "28x30x1");
  EXPECT_EQ(to_string(TensorShape::vector(784)), "784");
}

TEST(TensorShape, BadTextNamesKeyAndValue) {
  for (const std::string text :
       {"", "x", "0", "28x28", "28x28x", "x28x28x1", "28x28x1x1", "28x0x1", "-3", "28 x 28 x 1",
        "a", "1048577", "1024x1024x2", "1048576x1048576x1048576", "99999999999999999999"}) {
    const std::string line = error_of([&] { parse_tensor_shape(text, "network.input"); });
    EXPECT_TRUE(names(line, "network.input")) << line;
    EXPECT_TRUE(names(line, text)) << line;
  }
}

TEST(LayerShape, DenseLayerReadsItsWholeInput) {
  const LayerShape layer = layer_shape(LayerKind::dense, {28, 28, 3}, 100);
  EXPECT_EQ(layer.input, (TensorShape{28, 28, 3}));
  EXPECT_EQ(layer.output, TensorShape::vector(100));
  EXPECT_EQ(layer.fan_in(), 2352);
  EXPECT_EQ(layer.neurons(), 100);
  EXPECT_EQ(layer.weight_count(), 235200);
  EXPECT_EQ(layer.bias_count(), 100);
}

TEST(LayerShape, CountsOfTheLargestLayerDoNotOverflow) {
  const LayerShape layer =
      layer_shape(LayerKind::dense, TensorShape::vector(kMaxLayerWidth), kMaxLayerWidth);
  EXPECT_EQ(layer.weight_count(), std::int64_t{1} << 40);
}

TEST(LayerShape, DenseLayersAreEqualByTheirWordsInStorageOrder) {
  const LayerShape of_image = layer_shape(LayerKind::dense, {28, 28, 1}, 10);
  EXPECT_EQ(of_image, layer_shape(LayerKind::dense, TensorShape::vector(784), 10));
  EXPECT_NE(of_image, layer_shape(LayerKind::dense, TensorShape::vector(783), 10));
  EXPECT_NE(of_image, layer_shape(LayerKind::dense, {28, 28, 1}, 11));
}

TEST(LayerShape, AValueThatIsNoKindIsRefused) {
  EXPECT_THROW(layer_shape(kNoKind, TensorShape::vector(3), 2), ContractViolation);
  const LayerShape layer{kNoKind, TensorShape::vector(3), TensorShape::vector(2)};
  EXPECT_THROW(layer.fan_in(), ContractViolation);
  EXPECT_THROW(layer.weight_count(), ContractViolation);
  EXPECT_THROW(layer.bias_count(), ContractViolation);
  EXPECT_THROW(static_cast<void>(layer == layer), ContractViolation);
  EXPECT_NE(layer, layer_shape(LayerKind::dense, TensorShape::vector(3), 2));
}

TEST(TopologyOfShapes, LayersChainFromTheInput) {
  const Topology topology(TensorShape{4, 5, 3}, {7, 2});
  ASSERT_EQ(topology.layers(), 2);
  EXPECT_EQ(topology.input(), (TensorShape{4, 5, 3}));
  EXPECT_EQ(topology.inputs(), 60);
  EXPECT_EQ(topology.outputs(), 2);
  EXPECT_EQ(topology.layer(0).input, (TensorShape{4, 5, 3}));
  EXPECT_EQ(topology.layer(1).input, topology.layer(0).output);
  EXPECT_EQ(topology.fan_in(0), 60);
  EXPECT_EQ(topology.fan_out(0), 7);
  EXPECT_EQ(topology.fan_in(1), 7);
  EXPECT_EQ(topology.weight_count(), 60 * 7 + 7 * 2);
  EXPECT_EQ(topology.tensor_sizes(), (std::vector<int>{60, 7, 2}));
}

TEST(TopologyOfShapes, AnInputOfAnyShapeIsTheTextOfItsWords) {
  const Topology image(TensorShape{28, 28, 1}, {256, 10});
  EXPECT_EQ(to_string(image), "784-256-10");
  EXPECT_EQ(image, parse_topology("784-256-10", "key"));
  EXPECT_EQ(image, (Topology{{784, 256, 10}}));
  EXPECT_NE(image, (Topology{{784, 255, 10}}));
  EXPECT_NE(image, (Topology{{783, 256, 10}}));
  EXPECT_NE(image, (Topology{{784, 256, 10, 10}}));
  EXPECT_TRUE(parse_topology("784-256-10", "key").input().is_vector());
}

TEST(TopologyOfShapes, EmptyOnesHaveNeitherLayersNorText) {
  const Topology none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.layers(), 0);
  EXPECT_EQ(to_string(none), "");
  EXPECT_TRUE(none.tensor_sizes().empty());
  EXPECT_EQ(none, Topology(std::vector<int>()));
  EXPECT_TRUE(names(error_of([&] { check_topology(none, "dse.topology"); }), "dse.topology"));
  const Topology inputs_alone(std::vector<int>{784});
  EXPECT_TRUE(inputs_alone.empty());
  EXPECT_EQ(to_string(inputs_alone), "784");
  EXPECT_TRUE(names(error_of([&] { check_topology(inputs_alone, "key"); }), "784"));
}

TEST(TopologyOfShapes, ALayerThatReadsAnotherTensorIsRefused) {
  Topology topology{{6, 4}};
  EXPECT_THROW(topology.add(layer_shape(LayerKind::dense, TensorShape::vector(5), 2)),
               ContractViolation);
  topology.add(layer_shape(LayerKind::dense, TensorShape::vector(4), 2));
  EXPECT_EQ(to_string(topology), "6-4-2");
}

TEST(NetworkShapes, WithoutAnInputShapeTheFirstLayerReadsAVector) {
  Network network = small_network();
  EXPECT_EQ(network.input_shape(), TensorShape::vector(6));
  EXPECT_EQ(network.topology(), (Topology{{6, 3, 2}}));
  network.input = {1, 2, 3};
  EXPECT_EQ(network.topology().input(), (TensorShape{1, 2, 3}));
  EXPECT_EQ(network.topology(), (Topology{{6, 3, 2}}));
  EXPECT_NO_THROW(check_network(network, "file"));
}

TEST(NetworkShapes, AnInputOfOtherWordsNamesTheLayerAndTheShape) {
  Network network = small_network();
  network.input = {2, 2, 2};
  const std::string line = error_of([&] { check_network(network, "net.safetensors"); });
  for (const char* part : {"net.safetensors", "layer 0", "takes 6 inputs", "2x2x2"}) {
    EXPECT_TRUE(names(line, part)) << line;
  }
}

TEST(NetworkShapes, BrokenLayersAreRefusedByName) {
  Network unchained = small_network();
  unchained.layers[1].weights.resize(2, 4);
  unchained.layers[1].weights.setZero();
  EXPECT_TRUE(names(error_of([&] { check_network(unchained, "f"); }),
                    "takes 4 inputs, but the layer before it has 3 neurons"));
  Network biases = small_network();
  biases.layers[0].biases.resize(2);
  EXPECT_TRUE(names(error_of([&] { check_network(biases, "f"); }), "has 2 biases for 3 neurons"));
  Network infinite = small_network();
  infinite.layers[1].weights(0, 0) = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(names(error_of([&] { check_network(infinite, "f"); }), "not finite"));
  EXPECT_TRUE(names(error_of([] { check_network({}, "f"); }), "holds no layer"));
}

TEST(NetworkShapes, QuantizedNetworkKeepsKindsAndInput) {
  Network network = small_network();
  network.input = {1, 2, 3};
  const QuantizedNetwork quantized = quantize_network(network, uniform_plan(2));
  EXPECT_EQ(quantized.topology(), network.topology());
  EXPECT_EQ(quantized.topology().input(), (TensorShape{1, 2, 3}));
  for (const QuantizedLayer& layer : quantized.layers) EXPECT_EQ(layer.kind, LayerKind::dense);
  EXPECT_EQ(quantized.layers[0].weights.front(), 256);  // 0.25 in Q6.10
  EXPECT_EQ(quantized.layers[1].biases.front(), 1024);
  network.layers[0].kind = kNoKind;
  EXPECT_THROW(quantize_layer(network, uniform_plan(2), 0), ContractViolation);
}

}  // namespace
}  // namespace minerva
