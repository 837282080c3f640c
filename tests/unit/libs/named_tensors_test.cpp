// How tensors of other tools become layers: names, order, orientation, types of numbers.
#include "minerva/interchange/named_tensors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"

namespace minerva {
namespace {

NamedTensor tensor(const std::string& name, const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t n : shape) count *= static_cast<std::size_t>(n);
  NamedTensor t{name, shape, std::vector<float>(count)};
  for (std::size_t i = 0; i < count; ++i) t.values[i] = static_cast<float>(i);
  return t;
}

struct Linear {
  std::string name;
  std::int64_t inputs;
  std::int64_t outputs;
};

/// A state dict with these layers, in this order.
std::vector<NamedTensor> state_dict(const std::vector<Linear>& layers) {
  std::vector<NamedTensor> tensors;
  for (const Linear& l : layers) {
    const std::string prefix = l.name.empty() ? "" : l.name + ".";
    tensors.push_back(tensor(prefix + "weight", {l.outputs, l.inputs}));
    tensors.push_back(tensor(prefix + "bias", {l.outputs}));
  }
  return tensors;
}

std::string order(const std::vector<Linear>& layers) {
  const ImportedNetwork imported = network_of_tensors(state_dict(layers), "f");
  const std::string& note = imported.notes.back();
  const std::string start = "layers in the order ";
  EXPECT_EQ(note.rfind(start, 0), 0U) << note;
  std::string text = note.substr(start.size());
  return text.substr(0, text.find(", (outputs"));
}

void refused(const std::vector<NamedTensor>& tensors, const std::vector<std::string>& words) {
  try {
    network_of_tensors(tensors, "f");
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    for (const std::string& word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

TEST(StateDict, ShapesGiveTheOrderWhateverTheNames) {
  EXPECT_EQ(order({{"hidden", 256, 64}, {"input", 784, 256}, {"output", 64, 10}}),
            "input.weight, hidden.weight, output.weight");
  EXPECT_EQ(order({{"", 3, 2}}), "weight");
  EXPECT_EQ(order({{"z", 4, 4}, {"a", 4, 2}}), "z.weight, a.weight");  // 4, 4 again, then out
}

TEST(StateDict, NumbersGiveItWhereShapesDoNot) {
  EXPECT_EQ(order({{"fc10", 8, 8}, {"fc2", 8, 8}, {"fc1", 4, 8}, {"out", 8, 3}}),
            "fc1.weight, fc2.weight, fc10.weight, out.weight");
  EXPECT_EQ(order({{"net.0", 8, 8}, {"net.2", 8, 8}, {"net.10", 8, 8}}),
            "net.0.weight, net.2.weight, net.10.weight");
  EXPECT_EQ(order({{"m.1.a0", 8, 8}, {"m.0.a7", 8, 8}}), "m.0.a7.weight, m.1.a0.weight");
  // Widths that come back: the chain uses every layer, the lower number first.
  EXPECT_EQ(order({{"l1", 8, 4}, {"l2", 4, 8}, {"l3", 8, 4}, {"l4", 4, 2}}),
            "l1.weight, l2.weight, l3.weight, l4.weight");
}

TEST(StateDict, WhatNothingOrdersIsRefused) {
  refused(state_dict({{"left", 8, 8}, {"right", 8, 8}}), {"f = 'left.", "right."});
  refused(state_dict({{"decoder", 4, 8}, {"encoder", 8, 4}}), {"decoder.", "encoder."});
  refused(state_dict({{"a01", 8, 8}, {"a1", 8, 8}}), {"a01.", "a1."});
  refused(state_dict({{"a1", 8, 4}, {"b2", 8, 4}}),
          {"do not chain: a1.weight (8 to 4), b2.weight (8 to 4)"});
  refused(state_dict({{"a", 8, 4}, {"b", 3, 2}}), {"do not chain"});
  refused(state_dict({{"l1", 8, 4}, {"l2", 8, 4}}), {"do not chain"});
  refused(state_dict({{"l1", 2, 8}, {"l2", 4, 4}}), {"do not chain"});
}

TEST(StateDict, WeightsAreOutputsByInputs) {
  const GraphNetwork network = network_of_tensors(state_dict({{"x", 3, 2}}), "f").network;
  Eigen::MatrixXf expected(2, 3);
  expected << 0, 1, 2, 3, 4, 5;
  EXPECT_EQ(network.layers[0].weights, expected);
  refused({tensor("x.weight", {2, 3}), tensor("x.bias", {3})}, {"3 biases for 2 neurons"});
}

TEST(StateDict, OtherTensorsAreRefusedByName) {
  std::vector<NamedTensor> tensors = state_dict({{"fc", 3, 2}});
  tensors.push_back(tensor("bn.running_mean", {2}));
  refused(tensors, {"f = 'bn.running_var'", "is missing"});
  refused({tensor("conv.weight", {2, 1, 3, 3})}, {"conv.weight", "(2, 1, 3, 3) are filters", "needs the network on one line"});
  refused({tensor("bn.weight", {3}), tensor("bn.bias", {3})}, {"bn.weight", "is no matrix"});
  const ImportedNetwork bare = network_of_tensors({tensor("fc.weight", {2, 3})}, "f");
  EXPECT_EQ(bare.network.layers[0].biases, Eigen::VectorXf::Zero(2));
  EXPECT_EQ(bare.notes.front(), "fc.weight has no bias: zeros taken");
  std::vector<Linear> many;
  for (int k = 0; k < 65; ++k) many.push_back({"l" + std::to_string(k), 1, 1});
  refused(state_dict(many), {"65 layers", "at most 64"});
}

TEST(ListedArrays, AreWeightsAndBiasesByTurns) {
  const ImportedNetwork imported =
      network_of_tensors({tensor("arr_0", {3, 2}), tensor("arr_1", {2}), tensor("arr_2", {2, 4}),
                          tensor("arr_3", {4})},
                         "f");
  EXPECT_EQ(to_string(imported.network.graph), "3-2-4");
  refused({tensor("arr_0", {3, 2}), tensor("arr_2", {2})}, {"arr_1", "is missing"});
  refused({tensor("arr_0", {3}), tensor("arr_1", {2})}, {"holds no weight matrix"});
  refused({tensor("arr_0", {3, 2, 1}), tensor("arr_1", {2})}, {"arr_0", "2 dimension"});
}

TEST(Names, MustBePlainOnes) {
  refused({tensor("w00", {3, 2}), tensor("b0", {2})}, {"'w0'"});
  refused({tensor("w1", {3, 2}), tensor("b1", {2})}, {"'w0'"});
  refused({tensor("line\nbreak", {3})}, {"line\\x0abreak"});
  EXPECT_EQ(printable(std::string(100, 'x')),
            std::string(40, 'x') + " ... " + std::string(40, 'x'));
}

template <typename Word>
std::string bytes(Word word) {
  std::string text(sizeof word, '\0');
  std::memcpy(text.data(), &word, sizeof word);
  return text;
}

TEST(ToFloat32, HalfPrecisionIsExactForEveryValue) {
  // Against a second way to the value: fraction and exponent by arithmetic on doubles.
  for (std::uint32_t word = 0; word < 0x10000; ++word) {
    const auto half = static_cast<std::uint16_t>(word);
    const int exponent = (half >> 10) & 31;
    if (exponent == 31) {
      EXPECT_THROW(to_float32(FloatType::f16, bytes(half), false, "f", "t"), UserError);
      continue;
    }
    const double fraction = (half & 1023) / 1024.0;
    const double magnitude =
        exponent == 0 ? fraction * 0x1p-14 : (1 + fraction) * std::pow(2.0, exponent - 15);
    const ConvertedFloats out = to_float32(FloatType::f16, bytes(half), false, "f", "t");
    EXPECT_EQ(static_cast<double>(out.values[0]), half >> 15 ? -magnitude : magnitude) << word;
    EXPECT_EQ(std::signbit(out.values[0]), half >> 15 != 0);
    EXPECT_EQ(out.rounded, 0);
  }
}

TEST(ToFloat32, DoublesAreRoundedToNearestAndCounted) {
  const double one_and_a_bit = 1 + 0x1p-30;
  const double tie = 1 + 0x1p-24;  // between 1 and 1 + 2^-23: to the even one
  const ConvertedFloats out =
      to_float32(FloatType::f64, bytes(0.5) + bytes(one_and_a_bit) + bytes(tie) + bytes(1e-60),
                 false, "f", "t");
  EXPECT_EQ(out.values, (std::vector<float>{0.5F, 1, 1, 0}));
  EXPECT_EQ(out.rounded, 3);
  EXPECT_EQ(rounding_note("t", out), "t: 3 of 4 numbers rounded to float32");
  for (const double bad : {1e39, -1e39, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(to_float32(FloatType::f64, bytes(bad), false, "f", "t"), UserError);
  }
}

TEST(ToFloat32, BrainFloatsAndByteOrder) {
  EXPECT_EQ(to_float32(FloatType::bf16, std::string("\xc0\x3f", 2), false, "f", "t").values[0],
            1.5F);
  EXPECT_EQ(to_float32(FloatType::f32, std::string("\x3f\xc0\0\0", 4), true, "f", "t").values[0],
            1.5F);
  EXPECT_THROW(to_float32(FloatType::bf16, std::string("\x80\x7f", 2), false, "f", "t"), UserError);
}

}  // namespace
}  // namespace minerva
