// Quantized networks of QONNX: the plan of a model gives the bit-true engine the sums that the
// model's own nodes compute, here by a few lines of real arithmetic.
#include <cmath>

#include "built_onnx_model.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/interchange/qonnx.hpp"
#include "minerva/network/quantize_network.hpp"

namespace minerva {
namespace {

using test::Floats;
using test::Model;
using test::set_float;
using test::set_integer;
using test::Sizes;

/// A Quant node as the models below have it.
struct Quant {
  double bits = 4;
  double scale = 0.25;
  bool is_signed = true;
  bool narrow = false;
  std::string mode = "ROUND";
  double zero_point = 0;

  /// The page of QONNX's IntQuant in plain arithmetic.
  double operator()(double x) const {
    const double y = x / scale + zero_point;
    double code = std::nearbyint(y);  // ties to even
    if (mode == "FLOOR") code = std::floor(y);
    if (mode == "CEIL") code = std::ceil(y);
    if (mode == "DOWN" || mode == "ROUND_TO_ZERO") code = std::trunc(y);
    if (mode == "UP") code = std::copysign(std::ceil(std::abs(y)), y);
    if (mode == "HALF_UP") code = std::copysign(std::floor(std::abs(y) + 0.5), y);
    if (mode == "HALF_DOWN") code = std::copysign(std::ceil(std::abs(y) - 0.5), y);
    const double low = is_signed ? -std::exp2(bits - 1) + (narrow ? 1 : 0) : 0;
    const double high =
        is_signed ? std::exp2(bits - 1) - 1 : std::exp2(bits) - 1 - (narrow ? 1 : 0);
    return (std::min(std::max(code, low), high) - zero_point) * scale;
  }
};

void quant(Model& m, const std::string& from, const std::string& to, const Quant& q) {
  m.constant(to + "_s", {}, {static_cast<float>(q.scale)});
  m.constant(to + "_z", {}, {static_cast<float>(q.zero_point)});
  m.constant(to + "_n", {}, {static_cast<float>(q.bits)});
  auto& node = m.node("Quant", {from, to + "_s", to + "_z", to + "_n"}, to);
  node.set_domain("qonnx.custom_op.general");
  set_integer(node, "signed", q.is_signed ? 1 : 0);
  set_integer(node, "narrow", q.narrow ? 1 : 0);
  auto* mode = node.add_attribute();
  mode->set_name("rounding_mode");
  mode->set_type(onnx::AttributeProto::STRING);
  mode->set_s(q.mode);
}

const Floats kFirst = {0.31F, -0.52F, 0.77F, -0.11F, 0.49F, 0.93F};  // (inputs, outputs) 3 x 2
const Floats kSecond = {0.62F, -0.35F, 0.18F, 0.81F};                // 2 x 2
const Floats kBiases = {0.4F, -0.3F};

/// A network of 3-2-2 as Brevitas exports it: Quant on inputs, weights and biases of each layer.
struct QuantizedModel {
  Quant x0{5, 0.125, true, false, "ROUND", 0};
  Quant w0{4, 0.125, true, true, "ROUND", 0};
  Quant b0{8, 0.015625, true, false, "ROUND", 0};
  Quant x1{4, 0.25, false, false, "ROUND", 0};
  Quant w1{3, 0.25, true, false, "ROUND", 0};
  Quant b1{8, 0.0625, true, false, "ROUND", 0};
  bool quant_before_relu = false;

  void build(Model& m) const {
    quant(m, "x", "x0", x0);
    m.constant("w0_float", {3, 2}, kFirst);
    quant(m, "w0_float", "w0", w0);
    m.constant("b0_float", {2}, kBiases);
    quant(m, "b0_float", "b0", b0);
    m.node("MatMul", {"x0", "w0"}, "p0");
    m.node("Add", {"p0", "b0"}, "s0");
    if (quant_before_relu) {
      quant(m, "s0", "q0", x1);
      m.node("Relu", {"q0"}, "x1");
    } else {
      m.node("Relu", {"s0"}, "r0");
      quant(m, "r0", "x1", x1);
    }
    m.constant("w1_float", {2, 2}, kSecond);
    quant(m, "w1_float", "w1", w1);
    m.constant("b1_float", {2}, kBiases);
    quant(m, "b1_float", "b1", b1);
    m.node("Gemm", {"x1", "w1", "b1"}, "y");
    m.output("y");
  }

  std::vector<double> sums(const std::vector<double>& x) const {
    std::vector<double> h(2), y(2);
    for (std::size_t i = 0; i < 2; ++i) {
      h[i] = b0(static_cast<double>(kBiases[i]));
      for (std::size_t j = 0; j < 3; ++j) {
        h[i] += x0(x[j]) * w0(static_cast<double>(kFirst[2 * j + i]));
      }
      h[i] = x1(std::max(h[i], 0.0));
    }
    for (std::size_t i = 0; i < 2; ++i) {
      y[i] = b1(static_cast<double>(kBiases[i]));
      for (std::size_t j = 0; j < 2; ++j)
        y[i] += h[j] * w1(static_cast<double>(kSecond[2 * j + i]));
    }
    return y;
  }
};

const std::vector<std::vector<double>> kSamples = {
    {0, 0, 0},       {1, 2, 3},           {-1.5, 0.25, 4},     {0.1875, -0.0625, 0.3125},
    {7, -7, 0.0625}, {0.31, 0.62, -0.93}, {1.9, 1.93, -1.999}, {-0.4375, 0.5625, 1.0625}};

/// The machine, in the plan of the model, computes the sums of the model's nodes.
ImportedNetwork expect_machine(const QuantizedModel& model) {
  Model m;
  model.build(m);
  ImportedNetwork imported = m.read();
  EXPECT_TRUE(imported.plan.has_value()) << imported.no_plan;
  if (!imported.plan) return imported;
  PruningThresholds none;
  const QuantizedNetwork network =
      quantize_network(chain_network(imported.network), imported.plan->plan, none);
  for (const std::vector<double>& x : kSamples) {
    const Floats floats(x.begin(), x.end());
    const auto codes =
        codes_of(floats.data(), 3, network.layers[0].formats.activation, network.rounding);
    const FixedTrace trace = trace_prediction(network, codes.data());
    const std::vector<double> expected = model.sums({floats.begin(), floats.end()});
    for (std::size_t i = 0; i < 2; ++i) {
      const LayerFormats& formats = network.layers[1].formats;
      EXPECT_EQ(static_cast<double>(trace.accumulators[1][i]) * formats.product.step() *
                    std::exp2(-formats.scale_exponent),
                expected[i]);
    }
  }
  return imported;
}

TEST(ReadQonnx, GivesTheMachineTheFormatsOfTheModel) {
  const ImportedNetwork imported = expect_machine({});
  const QuantizationPlan& plan = imported.plan->plan;
  EXPECT_EQ(plan.rounding, Rounding::half_even);
  EXPECT_EQ(plan.layers[0].activation, (QFormat{2, 3}));
  EXPECT_EQ(plan.layers[0].weight, (QFormat{1, 3}));
  EXPECT_EQ(plan.layers[0].product.fraction_bits, 6);
  EXPECT_EQ(plan.layers[1].activation, (QFormat{3, 2}));  // 4 bits without a sign, and a sign
  EXPECT_EQ(plan.layers[1].weight, (QFormat{1, 2}));
  EXPECT_TRUE(imported.plan->theta_codes.empty());
  EXPECT_NE(imported.notes.back().find("layer 0 W Q1.3, X Q2.3, P Q"), std::string::npos);
}

TEST(ReadQonnx, EveryRoundingOfWeights) {
  for (const char* mode : {"ROUND", "HALF_EVEN", "half_up", "HALF_UP", "HALF_DOWN", "CEIL", "FLOOR",
                           "UP", "DOWN", "ROUND_TO_ZERO"}) {
    QuantizedModel model;
    model.w0.mode = mode;
    model.b1.mode = mode;
    if (std::string(mode) == "half_up") continue;  // the reference above knows capitals alone
    expect_machine(model);
  }
}

TEST(ReadQonnx, RoundingsOfInputs) {
  for (const char* mode : {"HALF_EVEN", "FLOOR"}) {
    QuantizedModel model;
    model.x0.mode = mode;
    model.x1.mode = mode;
    expect_machine(model);
  }
  QuantizedModel down;  // behind a ReLU, towards zero is downward
  down.x0.mode = "FLOOR";
  down.x1.mode = "DOWN";
  expect_machine(down);
  QuantizedModel half_up;  // as FLOOR of inputs that are 0 or more: unsigned
  half_up.x0 = {5, 0.125, true, false, "HALF_UP", 0};
  half_up.x1.mode = "HALF_UP";
  Model m;
  half_up.build(m);
  EXPECT_EQ(m.read().plan->plan.rounding, Rounding::half_up);
}

TEST(ReadQonnx, QuantBeforeAReluIsTheSame) {
  QuantizedModel model;
  model.quant_before_relu = true;
  model.x1.is_signed = true;
  expect_machine(model);
}

TEST(ReadQonnx, PointsOutsideOfTheBits) {
  QuantizedModel small;  // 3 bits from 2^-6: weights of up to 3/64, in Q1.6
  small.w0 = {3, 0.015625, true, false, "ROUND", 0};
  EXPECT_EQ(expect_machine(small).plan->plan.layers[0].weight, (QFormat{1, 6}));
  QuantizedModel large;  // steps of 2
  large.w1 = {3, 0.5, true, false, "ROUND", 0};
  large.b1 = {4, 2, true, false, "ROUND", 0};
  expect_machine(large);
  QuantizedModel below;  // inputs of layer 1 of up to 15/64: the outputs of layer 0 are scaled
  below.x1 = {4, 0.015625, false, false, "ROUND", 0};
  EXPECT_EQ(expect_machine(below).plan->plan.layers[0].scale_exponent, 2);
  QuantizedModel coarse;  // inputs of layer 1 in steps of 4
  coarse.x1 = {2, 4, false, false, "ROUND", 0};
  EXPECT_EQ(expect_machine(coarse).plan->plan.layers[0].scale_exponent, -2);
}

TEST(ReadQonnx, DrawnFormats) {
  std::uint64_t state = 20161;
  const auto draw = [&](int low, int high) {  // a linear congruence: Knuth, MMIX
    state = state * 6364136223846793005U + 1442695040888963407U;
    return low + static_cast<int>((state >> 33) % static_cast<std::uint64_t>(high - low + 1));
  };
  for (int round = 0; round < 300; ++round) {
    QuantizedModel model;
    const int bits = draw(2, 8);
    model.x0 = {static_cast<double>(bits), std::exp2(-draw(0, bits - 1)), true, false, "ROUND", 0};
    const auto quant_of = [&](int fewest, int most) {
      return Quant{static_cast<double>(draw(fewest, most)),
                   std::exp2(draw(-6, 2)),
                   draw(0, 1) == 0,
                   false,
                   "ROUND",
                   0};
    };
    model.x1 = quant_of(2, 7);
    model.w0 = quant_of(2, 8);
    model.w1 = quant_of(2, 8);
    model.b0 = quant_of(6, 10);
    model.b1 = quant_of(6, 10);
    model.w0.narrow = draw(0, 1) == 0;
    model.b1.narrow = draw(0, 1) == 0;
    model.quant_before_relu = draw(0, 1) == 0;
    expect_machine(model);
    if (::testing::Test::HasFailure()) FAIL() << "round " << round;
  }
}

void refused(const QuantizedModel& model, const std::string& reason) {
  Model m;
  model.build(m);
  m.refused(reason);
}

TEST(ReadQonnx, WhatTheMachineCannotScaleIsRefusedByName) {
  QuantizedModel scale;
  scale.w0.scale = 0.1;
  refused(scale, "node 'the_w0', a Quant, has the scale 0.1");
  refused(scale, "which is no power of two");
  QuantizedModel inputs;
  inputs.x1.scale = 0.3;
  refused(inputs, "node 'the_x1', a Quant, has the scale 0.3");
  QuantizedModel biases;
  biases.b1.scale = 3;
  refused(biases, "node 'the_b1', a Quant, has the scale 3");
  QuantizedModel zero;
  zero.x0.zero_point = 8;
  refused(zero, "has the zero point 8");
  QuantizedModel fraction;
  fraction.w0.bits = 3.5;
  refused(fraction, "has 3.5 bits");
  QuantizedModel one;
  one.w0.bits = 1;
  refused(one, "has one bit");
  QuantizedModel mode;
  mode.x0.mode = "STOCHASTIC";
  refused(mode, "has the rounding_mode 'STOCHASTIC'");
  Model channels;
  QuantizedModel().build(channels);
  for (auto& tensor : *channels.graph.mutable_initializer()) {
    if (tensor.name() != "w0_s") continue;
    tensor.add_dims(2);
    tensor.add_float_data(0.5F);
  }
  channels.refused("has a scale of its own for each of 2 numbers");
  Model computed;
  QuantizedModel().build(computed);
  for (auto& node : *computed.graph.mutable_node()) {
    if (node.output(0) == "w0") node.set_input(1, "gain");
  }
  computed.refused("takes its scale from 'gain', which is no constant of the file");
  Model bipolar;
  bipolar.node("BipolarQuant", {"x"}, "y").set_domain("qonnx.custom_op.general");
  bipolar.output("y");
  bipolar.refused("is a BipolarQuant of qonnx.custom_op.general");
}

/// The network is read, and the file says why it has no plan.
void no_plan(const Model& m, const std::string& reason) {
  const ImportedNetwork imported = m.read();
  EXPECT_FALSE(imported.plan.has_value());
  EXPECT_NE(imported.no_plan.find(reason), std::string::npos) << imported.no_plan;
  bool said = false;
  for (const std::string& note : imported.notes) {
    said = said || note.find("the Quant nodes give no plan: ") == 0;
  }
  EXPECT_TRUE(said);
}

TEST(ReadQonnx, WhyThereIsNoPlan) {
  const auto without = [](const QuantizedModel& model, const std::string& reason) {
    Model m;
    model.build(m);
    no_plan(m, reason);
  };
  QuantizedModel mixed;
  mixed.x1.mode = "FLOOR";
  without(mixed, "rounds inputs in a way of its own");
  QuantizedModel up;
  up.x0.mode = "CEIL";
  without(up, "rounds inputs in a way of its own");
  QuantizedModel narrow;
  narrow.x0.narrow = true;
  without(narrow, "is narrow");
  QuantizedModel wide;
  wide.w0.bits = 17;
  without(wide, "layer 0.W");
  QuantizedModel far;
  far.x0.scale = 0x1p-6;
  without(far, "gives the inputs the format Q-1.6");
  Model half;  // weights alone
  half.constant("w_float", {3, 2}, kFirst);
  quant(half, "w_float", "w", {});
  half.node("MatMul", {"x", "w"}, "y");
  half.output("y");
  no_plan(half, "layer 0: its inputs pass no Quant");
  Model scaled;
  quant(scaled, "x", "q", {});
  scaled.with("Mul", "q", {3}, "m");
  scaled.constant("w_float", {3, 2}, kFirst);
  quant(scaled, "w_float", "w", {});
  scaled.node("MatMul", {"m", "w"}, "y");
  scaled.output("y");
  no_plan(scaled, "layer 0: ");
  Model plain;
  plain.gemm("x", "y");
  plain.output("y");
  EXPECT_FALSE(plain.read().plan.has_value());
  EXPECT_NE(plain.read().no_plan.find("no Quant nodes"), std::string::npos);
}

/// A network on no grid, whose plan scales, prunes and saturates.
QuantizedNetwork own_network(Rounding rounding) {
  Network network;
  for (int k = 0; k < 3; ++k) {
    NetworkLayer layer;
    layer.weights.resize(k == 2 ? 2 : 4, k == 0 ? 3 : 4);
    for (Eigen::Index i = 0; i < layer.weights.size(); ++i) {
      layer.weights.data()[i] = static_cast<float>(std::sin(static_cast<double>(7 * i + k)));
    }
    layer.biases = Eigen::VectorXf::Constant(layer.weights.rows(), 0.37F);
    network.layers.push_back(layer);
  }
  QuantizationPlan plan;
  plan.rounding = rounding;
  plan.layers = {
      {{1, 5}, {3, 4}, {2, 6}, -1}, {{2, 4}, {2, 5}, {3, 5}, 1}, {{1, 7}, {4, 2}, {2, 7}, 0}};
  return quantize_network(network, plan, {{0.25, 0, 0.25}});
}

TEST(ReadQonnx, OwnExportComesBackToTheSameCodes) {
  for (const Rounding rounding : {Rounding::half_up, Rounding::half_even, Rounding::truncate}) {
    for (const QonnxProducts products : {QonnxProducts::sums, QonnxProducts::each_product}) {
      const QuantizedNetwork before = own_network(rounding);
      const ImportedNetwork imported = read_onnx(qonnx_bytes(before, products), "q.onnx");
      ASSERT_TRUE(imported.plan.has_value()) << imported.no_plan;
      const QuantizedNetwork after =
          quantize_network(chain_network(imported.network), imported.plan->plan);
      EXPECT_EQ(after.rounding, before.rounding);
      ASSERT_EQ(after.layers.size(), before.layers.size());
      for (std::size_t k = 0; k < before.layers.size(); ++k) {
        EXPECT_EQ(after.layers[k].weights, before.layers[k].weights);
        EXPECT_EQ(after.layers[k].biases, before.layers[k].biases);
        EXPECT_EQ(after.layers[k].formats.weight, before.layers[k].formats.weight);
        EXPECT_EQ(after.layers[k].formats.activation, before.layers[k].formats.activation);
        EXPECT_EQ(after.layers[k].formats.product, before.layers[k].formats.product);
        EXPECT_EQ(imported.plan->theta_codes[k], before.layers[k].theta_code);
      }
    }
  }
}

TEST(ReadQonnx, EachProductIsReadFromTheNodesAlone) {
  const QuantizedNetwork before = own_network(Rounding::half_up);
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(qonnx_bytes(before, QonnxProducts::each_product)));
  model.clear_metadata_props();
  const ImportedNetwork imported = read_onnx(model.SerializeAsString(), "q.onnx");
  ASSERT_TRUE(imported.plan.has_value()) << imported.no_plan;
  for (std::size_t k = 0; k < before.layers.size(); ++k) {
    EXPECT_EQ(imported.plan->plan.layers[k].product, before.layers[k].formats.product);
    // A threshold of one code, which skips zeros alone, needs no node.
    const int theta = before.layers[k].theta_code;
    EXPECT_EQ(imported.plan->theta_codes[k], theta > 1 ? theta : 0);
  }
}

TEST(ReadQonnx, APlanInTheFileMustAgreeWithItsNodes) {
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(qonnx_bytes(own_network(Rounding::half_up))));
  for (auto& property : *model.mutable_metadata_props()) {
    if (property.key() != "minerva_plan") continue;
    std::string& text = *property.mutable_value();
    const std::size_t at = text.find("\"theta\"");
    ASSERT_NE(at, std::string::npos);
    text.replace(text.find_first_of("0123456789", at), 1, "3");
  }
  try {
    read_onnx(model.SerializeAsString(), "q.onnx");
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("says other formats than the Quant nodes"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace minerva
