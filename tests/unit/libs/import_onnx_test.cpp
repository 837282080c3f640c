// What read_onnx takes and what it refuses, on models built here node by node.
#include <cstring>
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

TEST(ReadOnnx, GemmInBothOrientations) {
  Model plain;
  plain.gemm("x", "y");
  plain.output("y");
  EXPECT_EQ(weights_of(plain.read()), (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(biases_of(plain.read()), (Floats{7, 8}));
  Model turned;
  turned.constant("w", {2, 3}, {1, 3, 5, 2, 4, 6});
  turned.constant("b", {1, 2}, {7, 8});
  set_integer(turned.node("Gemm", {"x", "w", "b"}, "y"), "transB", 1);
  turned.output("y");
  EXPECT_EQ(weights_of(turned.read()), (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(biases_of(turned.read()), (Floats{7, 8}));
}

TEST(ReadOnnx, AlphaAndBetaAreFolded) {
  Model exact;
  auto& gemm = exact.gemm("x", "y");
  set_float(gemm, "alpha", 0.5F);
  set_float(gemm, "beta", 3);
  exact.output("y");
  EXPECT_EQ(weights_of(exact.read()), (Floats{0.5F, 1, 1.5F, 2, 2.5F, 3}));
  EXPECT_EQ(biases_of(exact.read()), (Floats{21, 24}));
  Model rounded;
  auto& scaled = rounded.gemm("x", "y");
  set_float(scaled, "alpha", 0.1F);
  set_float(scaled, "beta", 0.3F);
  rounded.output("y");
  Floats weights;
  for (const double w : {1, 2, 3, 4, 5, 6}) {
    weights.push_back(static_cast<float>(w * static_cast<double>(0.1F)));
  }
  EXPECT_EQ(weights_of(rounded.read()), weights);
  EXPECT_EQ(biases_of(rounded.read())[1], static_cast<float>(8.0 * static_cast<double>(0.3F)));
}

TEST(ReadOnnx, MatMulWithAndWithoutAddInEitherOrder) {
  for (const bool bias_first : {false, true}) {
    Model m;
    m.constant("w", {3, 2}, {1, 2, 3, 4, 5, 6});
    m.constant("b", {}, {9});
    m.node("MatMul", {"x", "w"}, "s");
    m.node("Add",
           bias_first ? std::vector<std::string>{"b", "s"} : std::vector<std::string>{"s", "b"},
           "y");
    m.output("y");
    EXPECT_EQ(weights_of(m.read()), (Floats{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(biases_of(m.read()), (Floats{9, 9}));
  }
  Model bare;
  bare.constant("w", {3, 2}, {1, 2, 3, 4, 5, 6});
  bare.node("MatMul", {"x", "w"}, "y");
  bare.output("y");
  EXPECT_EQ(biases_of(bare.read()), (Floats{0, 0}));
}

TEST(ReadOnnx, ConstantsOfNodes) {
  Model m;
  auto* attribute = m.node("Constant", {}, "c").add_attribute();
  attribute->set_name("value");
  auto* tensor = attribute->mutable_t();
  tensor->set_data_type(onnx::TensorProto::DOUBLE);
  tensor->add_dims(2);
  tensor->add_dims(3);
  for (const double value : {1.0, 3.0, 5.0, 2.0, 4.0, 0.1}) tensor->add_double_data(value);
  m.node("Identity", {"c"}, "i");
  m.node("Transpose", {"i"}, "t");
  set_integer(m.node("Cast", {"t"}, "w"), "to", onnx::TensorProto::FLOAT);
  m.node("MatMul", {"x", "w"}, "y");
  m.output("y");
  const ImportedNetwork imported = m.read();
  EXPECT_EQ(weights_of(imported), (Floats{1, 2, 3, 4, 5, 0.1F}));
  ASSERT_EQ(imported.notes.size(), 1U);
  EXPECT_EQ(imported.notes[0], "c: 1 of 6 numbers rounded to float32");
}

TEST(ReadOnnx, HalfPrecisionIsExact) {
  Model m;
  auto& w = m.constant("w", {3, 1}, {});
  w.set_data_type(onnx::TensorProto::FLOAT16);
  for (const int word : {0x3c00, 0xc000, 0x0001}) w.add_int32_data(word);
  m.node("MatMul", {"x", "w"}, "y");
  m.output("y");
  EXPECT_EQ(weights_of(m.read()), (Floats{0, 1, 0, -2, 0, 0x1p-24F}));  // one output becomes two
  w.set_data_type(onnx::TensorProto::BFLOAT16);
  EXPECT_EQ(weights_of(m.read())[1], 0x1.0p-7F);  // 0x3c000000
}

TEST(ReadOnnx, OperatorsAreRefusedWithWhatTheyNeed) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"ConvTranspose", "for a ConvTranspose it would need layers that write more pixels"},
      {"Sigmoid", "for a Sigmoid it would need a table of the function behind each sum"},
      {"Tanh", "for a Tanh it would need a table"},
      {"Elu", "for an Elu it would need a table"},
      {"LeakyRelu", "for a LeakyRelu it would need a multiplier behind each sum"},
      {"PRelu", "for a PRelu it would need a multiplier behind each sum, and a memory"},
      {"LSTM", "for an LSTM it would need a memory of the state"},
      {"LayerNormalization", "it would need mean and variance of every sample"},
      {"QuantizeLinear", "minerva quantize"},
      {"Unheard", "an Unheard: the machine has layers of Conv, Gemm, MatMul"}};
  for (const auto& [op, need] : cases) {
    Model m;
    m.gemm("x", "h");
    m.node("Relu", {"h"}, "r");
    m.node(op, {"r"}, "y");
    m.output("y");
    m.refused(std::string("node 'the_y' is a"));
    m.refused("the machine has layers of Conv, Gemm, MatMul");
    m.refused(need);
  }
  Model foreign;
  foreign.gemm("x", "y").set_domain("com.example");
  foreign.output("y");
  foreign.refused("is a Gemm of com.example");
  Model unnamed;
  unnamed.node("ConvTranspose", {"x"}, "y").clear_name();
  unnamed.output("y");
  unnamed.refused("node 0, which makes 'y', is a ConvTranspose");
}

TEST(ReadOnnx, ChainsAreWhole) {
  Model ends_in_relu;
  ends_in_relu.gemm("x", "h");
  ends_in_relu.node("Relu", {"h"}, "y");
  ends_in_relu.output("y");
  ends_in_relu.refused("ends in a Relu");
  Model two_relus;
  two_relus.gemm("x", "h");
  two_relus.node("Relu", {"h"}, "r");
  two_relus.node("Relu", {"r"}, "y");
  two_relus.output("y");
  two_relus.refused("does not follow a layer");
  Model relu_first;
  relu_first.node("Relu", {"x"}, "y");
  relu_first.output("y");
  relu_first.refused("does not follow a layer");
  Model softmax_inside;
  softmax_inside.gemm("x", "h");
  softmax_inside.node("Softmax", {"h"}, "s");
  softmax_inside.square_gemm("s", "y");
  softmax_inside.output("y");
  softmax_inside.refused("which may stand at the end alone");
  Model nothing;
  nothing.node("Identity", {"x"}, "y");
  nothing.output("y");
  nothing.refused("holds no Gemm or MatMul");
  Model unchained;
  unchained.gemm("x", "h");
  unchained.node("Relu", {"h"}, "r");
  unchained.gemm("r", "y");
  unchained.output("y");
  unchained.refused("takes 3 inputs, but what it reads has 2");
}

TEST(ReadOnnx, BranchesAreRefused) {
  Model skip;
  skip.gemm("x", "h");
  skip.node("Relu", {"h"}, "r");
  skip.square_gemm("r", "s");
  skip.node("Mul", {"s", "r"}, "y");
  skip.output("y");
  skip.refused("branches: tensor 'r'");
  Model two_outputs;
  two_outputs.gemm("x", "y");
  two_outputs.output("y");
  two_outputs.output("x");
  two_outputs.refused("has 2 outputs");
  Model two_inputs;
  two_inputs.input("z", {-1, 3});
  two_inputs.gemm("x", "y");
  two_inputs.output("y");
  two_inputs.refused("has the inputs 'x' and 'z'");
  Model dead;
  dead.gemm("x", "y");
  dead.node("Relu", {"nowhere"}, "z");
  dead.output("y");
  dead.refused("node 'the_z', a Relu, does not lie between input and output");
  Model elsewhere;
  elsewhere.gemm("x", "y");
  elsewhere.output("z");
  elsewhere.refused("ends at tensor 'y'");
  Model read_on;
  read_on.gemm("x", "y");
  read_on.node("Relu", {"y"}, "z");
  read_on.output("y");
  read_on.refused("is also read by");
  Model doubled;
  doubled.gemm("x", "h");
  doubled.node("Relu", {"h"}, "r");
  doubled.node("Add", {"r", "r"}, "y");
  doubled.output("y");
  doubled.refused("takes one tensor twice");
  Model circle;
  circle.node("Identity", {"y"}, "x");
  circle.node("Identity", {"x"}, "y");
  circle.output("z");
  circle.refused("circle");
}

TEST(ReadOnnx, WeightsAreConstantsOfTheFile) {
  Model dynamic;
  dynamic.node("Gemm", {"x", "w"}, "y");
  dynamic.output("y");
  dynamic.refused("takes its weights from 'w', which is no constant");
  Model left;
  left.constant("w", {3, 3}, Floats(9, 1));
  left.node("MatMul", {"w", "x"}, "y");
  left.output("y");
  left.refused("does not take the samples as its first matrix");
  Model external;
  external.gemm("x", "y");
  external.graph.mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL);
  external.output("y");
  external.refused("needs the plain name of a file in the model's own folder");
  Model integers;
  integers.gemm("x", "y");
  integers.graph.mutable_initializer(0)->set_data_type(onnx::TensorProto::INT8);
  integers.output("y");
  integers.refused("is of type INT8");
  Model short_data;
  short_data.gemm("x", "y");
  short_data.graph.mutable_initializer(0)->set_dims(0, 4);
  short_data.output("y");
  short_data.refused("holds 6 numbers: its sizes need 8");
  Model vast;
  vast.gemm("x", "y");
  for (int i = 0; i < 6; ++i) vast.graph.mutable_initializer(0)->add_dims(std::int64_t{1} << 60);
  vast.output("y");
  vast.refused("holds 6 numbers");
  Model wide;
  wide.constant("w", {3, 2, 1}, Floats(6, 1));
  wide.node("MatMul", {"x", "w"}, "y");
  wide.output("y");
  wide.refused("has weights of 3 x 2 x 1");
  Model infinite;
  infinite.gemm("x", "y");
  infinite.graph.mutable_initializer(0)->set_float_data(2, INFINITY);
  infinite.output("y");
  infinite.refused("not finite");
  Model biases;
  biases.gemm("x", "y");
  biases.graph.mutable_initializer(1)->set_dims(0, 3);
  biases.graph.mutable_initializer(1)->add_float_data(1);
  biases.output("y");
  biases.refused("has biases of 3 for 2 neurons");
}

TEST(ReadOnnx, GemmThatTransposesSamplesIsRefused) {
  Model m;
  set_integer(m.gemm("x", "y"), "transA", 1);
  m.output("y");
  m.refused("transposes the samples");
  Model unknown;
  set_integer(unknown.gemm("x", "y"), "broadcast", 1);
  unknown.output("y");
  unknown.refused("has the attribute broadcast");
  Model old;
  old.gemm("x", "y");
  old.output("y");
  old.proto.mutable_opset_import(0)->set_version(6);
  old.refused("is of operator set 6");
}

/// A model that reshapes an image of 1 x 3 x 1 first.
void reshaped(const Sizes& input, const std::function<void(Model&)>& reshape,
              const std::string& refusal = "") {
  Model m;
  m.graph.clear_input();
  m.input("x", input);
  reshape(m);
  m.gemm("flat", "y");
  m.output("y");
  if (refusal.empty()) {
    EXPECT_EQ(to_string(m.read().network.graph), "3-2");
  } else {
    m.refused(refusal);
  }
}

TEST(ReadOnnx, ReshapesKeepSamplesApart) {
  const auto reshape = [](const Sizes& to) {
    return [to](Model& m) {
      m.integers("to", to);
      m.node("Reshape", {"x", "to"}, "flat");
    };
  };
  const auto flatten = [](std::int64_t axis) {
    return [axis](Model& m) { set_integer(m.node("Flatten", {"x"}, "flat"), "axis", axis); };
  };
  const auto axes = [](const char* op, const Sizes& list) {
    return [op, list](Model& m) {
      m.integers("axes", list);
      m.node(op, {"x", "axes"}, "flat");
    };
  };
  reshaped({-1, 1, 3, 1}, reshape({-1, 3}));
  reshaped({-1, 1, 3, 1}, reshape({0, -1}));
  reshaped({1, 1, 3, 1}, reshape({1, -1}));
  reshaped({}, reshape({-1, 3}));
  const auto allowing_zero = [](const Sizes& to) {
    return [to](Model& m) {
      m.integers("to", to);
      set_integer(m.node("Reshape", {"x", "to"}, "flat"), "allowzero", 1);
    };
  };
  reshaped({-1, 1, 3, 1}, allowing_zero({-1, 3}));
  reshaped({-1, 1, 3, 1}, allowing_zero({0, 3}), "a size of 0 (allowzero)");
  const auto first_size = [](std::int64_t end) {  // as PyTorch 2.9 writes x.flatten(1)
    return [end](Model& m) {
      auto& shape = m.node("Shape", {"x"}, "count");
      set_integer(shape, "start", 0);
      set_integer(shape, "end", end);
      m.integers("rest", {3});
      set_integer(m.node("Concat", {"count", "rest"}, "to"), "axis", 0);
      set_integer(m.node("Reshape", {"x", "to"}, "flat"), "allowzero", 1);
    };
  };
  reshaped({-1, 1, 3, 1}, first_size(1));
  reshaped({-1, 1, 3, 1}, first_size(2), "computed as it runs");
  reshaped({-1, 1, 3, 1}, flatten(1));
  reshaped({-1, 1, 3, 1}, flatten(-3));
  reshaped({-1, 3, 1}, axes("Squeeze", {2}));
  reshaped({-1, 3, 1}, axes("Squeeze", {-1}));
  reshaped({-1, 1, 3, 1}, reshape({1, -1}), "mixes samples");
  reshaped({-1, 1, 3, 1}, reshape({3, -1}), "mixes samples");
  reshaped({-1, 2, 3, 1}, reshape({-1, 3}), "mixes samples");
  reshaped({-1, 1, 3, 1}, reshape({-1, -1}), "mixes samples");
  reshaped({-1, 1, 3, 1}, flatten(2), "mixes samples");
  reshaped({-1, 1, 3, 1}, flatten(0), "mixes samples");
  reshaped({1, 3, 1}, axes("Squeeze", {0}), "mixes samples");
  reshaped({-1, 3}, axes("Unsqueeze", {1}), "so a Flatten before it");
  reshaped({-1, 3, 2}, axes("Squeeze", {2}), "that is not 1");
  reshaped(
      {-1, 3}, [](Model& m) { m.node("Transpose", {"x"}, "flat"); }, "is a Transpose");
  reshaped({-1, 4, 1}, flatten(1), "takes 3 inputs, but what it reads has 4");
}

TEST(ReadOnnx, EndsThatDoNotChangeTheClass) {
  for (const char* op : {"Softmax", "LogSoftmax", "ArgMax"}) {
    Model m;
    m.gemm("x", "h");
    set_integer(m.node(op, {"h"}, "y"), "axis", 1);
    m.output("y");
    EXPECT_EQ(m.read().notes.size(), 1U);
    Model across;
    across.gemm("x", "h");
    set_integer(across.node(op, {"h"}, "y"), "axis", 0);
    across.output("y");
    across.refused("works across samples");
  }
  Model last;
  last.gemm("x", "h");
  auto& argmax = last.node("ArgMax", {"h"}, "y");
  set_integer(argmax, "axis", -1);
  set_integer(argmax, "select_last_index", 1);
  last.output("y");
  last.refused("takes the last of equals");
}

TEST(ReadOnnx, BytesThatAreNoModel) {
  for (const std::string& bytes :
       {std::string(), std::string("\x08\x07"), std::string(64, '\xff')}) {
    EXPECT_THROW(read_onnx(bytes, "m.onnx"), UserError);
  }
  Model m;
  m.gemm("x", "h");
  m.node("Relu", {"h"}, "r");
  m.square_gemm("r", "y");
  m.output("y");
  const std::string bytes = m.proto.SerializeAsString();
  ASSERT_NO_THROW(read_onnx(bytes, "m.onnx"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(read_onnx(bytes.substr(0, size), "m.onnx"), UserError) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int flip : {1, 16, 128}) {
      std::string broken = bytes;
      broken[at] = static_cast<char>(broken[at] ^ flip);
      try {
        read_onnx(broken, "m.onnx");
      } catch (const UserError&) {  // anything else is a defect
      }
    }
  }
}

TEST(ReadOnnx, FoldingIsBounded) {
  Model m;
  m.constant("c0", {512, 512}, Floats(512 * 512, 1));
  for (int i = 0; i < 200; ++i) {
    m.node("Transpose", {"c" + std::to_string(i)}, "c" + std::to_string(i + 1));
  }
  m.node("MatMul", {"x", "c200"}, "y");
  m.output("y");
  m.refused("computes more constants");
}

}  // namespace
}  // namespace minerva
