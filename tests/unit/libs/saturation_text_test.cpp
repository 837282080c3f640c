#include "minerva/engine/saturation_text.hpp"

#include <gtest/gtest.h>

#include "minerva/base/errors.hpp"
#include "minerva/network/quantize_network.hpp"

namespace minerva {
namespace {

/// 3-4-2; formats of one integer bit hold values below 1.
struct Case {
  Network network;
  QuantizedNetwork quantized;
  Samples samples;
};

Case small_case() {
  Case c;
  NetworkLayer first{Eigen::MatrixXf::Constant(4, 3, 0.25F), Eigen::VectorXf::Constant(4, 0.25F)};
  first.biases[0] = 1.5F;
  first.biases[2] = -3;
  NetworkLayer second{Eigen::MatrixXf::Constant(2, 4, 0.5F), Eigen::VectorXf::Zero(2)};
  second.weights(1, 3) = 2;
  c.network.layers = {first, second};
  c.quantized = quantize_network(c.network, uniform_plan(2, {{1, 7}, {4, 4}, {1, 7}}));
  c.samples.inputs = Eigen::MatrixXf(Eigen::MatrixXf::Constant(3, 5, 0.5F));
  c.samples.inputs.dense()(1, 2) = 9;  // beyond X, and 0.25 x 8 beyond P for four neurons
  c.samples.labels.assign(5, 0);
  return c;
}

std::string text_of(const Case& c) {
  return saturation_text(quantized_graph(c.quantized),
                         count_saturations(c.network, c.quantized, c.samples), c.samples.size());
}

TEST(SaturationText, NamesKindLayerAndOfHowMany) {
  const Case c = small_case();
  // Of the third sample layer 2 reads 2.23 and 1.48: 2.23 x 0.5 is beyond P for both neurons, and
  // 1.48 by the weight that was cut off at 0.99.
  EXPECT_EQ(text_of(c),
            "2 of 4 biases of layer 1, 1 of 15 inputs of layer 1, 4 of 60 products of layer 1, 1 "
            "of 8 weights of layer 2, 3 of 40 products of layer 2 saturate");
}

TEST(SaturationText, WithoutSamplesWeightsAndBiasesAlone) {
  Case c = small_case();
  c.samples.inputs = Eigen::MatrixXf(3, 0);
  c.samples.labels.clear();
  EXPECT_EQ(text_of(c), "2 of 4 biases of layer 1, 1 of 8 weights of layer 2 saturate");
}

TEST(SaturationText, WideFormatsCutNothingOff) {
  Case c = small_case();
  c.quantized = quantize_network(c.network, uniform_plan(2, {{6, 10}, {6, 10}, {6, 10}}));
  EXPECT_EQ(text_of(c), "nothing saturates");
}

TEST(SaturationText, OneKindAlone) {
  Case c = small_case();
  c.samples = c.samples.head(2);  // without the sample beyond X
  c.network.layers[0].biases.setZero();
  c.quantized = quantize_network(c.network, uniform_plan(2, {{1, 7}, {4, 4}, {1, 7}}));
  EXPECT_EQ(text_of(c), "1 of 8 weights of layer 2 saturate");
  c.network.layers[1].weights(1, 3) = 0.5F;
  c.network.layers[1].biases[1] = -4;
  c.quantized = quantize_network(c.network, uniform_plan(2, {{1, 7}, {4, 4}, {1, 7}}));
  EXPECT_EQ(text_of(c), "1 of 2 biases of layer 2 saturate");
}

TEST(SaturationText, NeedsACountOfEveryLayer) {
  const Case c = small_case();
  EXPECT_THROW(saturation_text(quantized_graph(c.quantized), {}, 5), ContractViolation);
}

}  // namespace
}  // namespace minerva
