// BatchNormalization, masks and one output in files without a graph: state dicts and lists of
// Keras.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "plain_network.hpp"

namespace minerva {
namespace {

using test::relu;
using test::says;

using Tensors = std::vector<NamedTensor>;
using Values = std::vector<double>;

NamedTensor tensor(const std::string& name, const std::vector<std::int64_t>& shape,
                   const std::vector<float>& values) {
  return {name, shape, values};
}

// A layer of 2 inputs and 3 outputs, one of 3 and 2, and a BatchNorm of 3 and of 2 numbers.
const std::vector<float> kFirst = {1, -2, 0.5F, 3, -1, 0.25F};   // (outputs, inputs)
const std::vector<float> kSecond = {2, 1, -1, 0.5F, -0.25F, 4};  // (outputs, inputs)
const std::vector<float> kFirstBiases = {0.5F, -1, 2};
const std::vector<float> kSecondBiases = {1, -1};
const std::vector<float> kGamma = {0.5F, -2, 3}, kBeta = {1, 0, -1}, kMean = {2, -1, 0.5F},
                         kVariance = {4, 0.5F, 0.01F};
const std::vector<float> kInputGamma = {2, 0.5F}, kInputBeta = {-1, 1}, kInputMean = {3, -2},
                         kInputVariance = {1, 16};

Values dense(const std::vector<float>& w, const std::vector<float>& b, const Values& x) {
  Values y;
  for (std::size_t i = 0; i * x.size() < w.size(); ++i) {
    double sum = b.empty() ? 0 : static_cast<double>(b[i]);
    for (std::size_t j = 0; j < x.size(); ++j) {
      sum += static_cast<double>(w[i * x.size() + j]) * x[j];
    }
    y.push_back(sum);
  }
  return y;
}
Values norm(const std::vector<float>& gamma, const std::vector<float>& beta,
            const std::vector<float>& mean, const std::vector<float>& variance, double epsilon,
            Values x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double g = gamma.empty() ? 1 : static_cast<double>(gamma[i]);
    const double b = beta.empty() ? 0 : static_cast<double>(beta[i]);
    x[i] = (x[i] - static_cast<double>(mean[i])) /
               std::sqrt(static_cast<double>(variance[i]) + epsilon) * g +
           b;
  }
  return x;
}

Values sums_of(const GraphNetwork& network, const Values& x) {
  return test::plain_sums(network, x).values;
}

ImportedNetwork expect_function(const Tensors& tensors,
                                const std::function<Values(const Values&)>& function) {
  ImportedNetwork imported = network_of_tensors(tensors, "f");
  test::expect_computes(imported.network, function,
                        {{0, 0}, {1, 2}, {-3, 0.5}, {4, -1}, {0.1, 0.7}, {-2, -5}});
  return imported;
}

void refused(const Tensors& tensors, const std::vector<std::string>& words) {
  try {
    network_of_tensors(tensors, "f");
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    for (const std::string& word : words) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

void add(Tensors& to, const Tensors& more) { to.insert(to.end(), more.begin(), more.end()); }

Tensors layers(const std::string& first, const std::string& second) {
  return {tensor(first + ".weight", {3, 2}, kFirst), tensor(first + ".bias", {3}, kFirstBiases),
          tensor(second + ".weight", {2, 3}, kSecond),
          tensor(second + ".bias", {2}, kSecondBiases)};
}
Tensors batch_norm(const std::string& name) {
  return {tensor(name + ".weight", {3}, kGamma), tensor(name + ".bias", {3}, kBeta),
          tensor(name + ".running_mean", {3}, kMean),
          tensor(name + ".running_var", {3}, kVariance)};
}
Tensors input_norm(const std::string& name) {
  return {tensor(name + ".weight", {2}, kInputGamma), tensor(name + ".bias", {2}, kInputBeta),
          tensor(name + ".running_mean", {2}, kInputMean),
          tensor(name + ".running_var", {2}, kInputVariance)};
}

Values first(const Values& x) { return dense(kFirst, kFirstBiases, x); }
Values second(const Values& x) { return dense(kSecond, kSecondBiases, x); }
Values torch_norm(const Values& x) { return norm(kGamma, kBeta, kMean, kVariance, 1e-5, x); }

TEST(StateDictNorm, BehindALayerBeforeItsRelu) {
  // Linear, BatchNorm, ReLU, Linear: the numbers of a Sequential say it; fc and bn do not.
  for (const bool numbered : {true, false}) {
    Tensors tensors = layers(numbered ? "net.0" : "fc1", numbered ? "net.3" : "fc2");
    add(tensors, batch_norm(numbered ? "net.1" : "bn1"));
    const ImportedNetwork imported = expect_function(
        tensors, [](const Values& x) { return second(relu(torch_norm(first(x)))); });
    EXPECT_TRUE(says(imported, "with eps 1e-5, which the file does not say"));
    EXPECT_EQ(says(imported, "before its ReLU, which the names do not say"), !numbered);
  }
}

TEST(StateDictNorm, BehindAReluByItsNumber) {
  Tensors tensors = layers("0", "3");  // Linear, ReLU, BatchNorm, Linear
  add(tensors, batch_norm("2"));
  const ImportedNetwork imported =
      expect_function(tensors, [](const Values& x) { return second(torch_norm(relu(first(x)))); });
  EXPECT_TRUE(says(imported, "behind 0.weight and its ReLU"));
}

TEST(StateDictNorm, OfTheInputs) {
  for (const bool numbered : {true, false}) {
    Tensors tensors = layers(numbered ? "1" : "fc1", numbered ? "3" : "fc2");
    if (numbered) {  // the last layer has two outputs as well: the number says which
      add(tensors, input_norm("0"));
      const ImportedNetwork imported = expect_function(tensors, [](const Values& x) {
        return second(
            relu(first(norm(kInputGamma, kInputBeta, kInputMean, kInputVariance, 1e-5, x))));
      });
      EXPECT_TRUE(says(imported, "folded the BatchNorm 0, of the inputs"));
    } else {
      add(tensors, input_norm("norm"));
      refused(tensors, {"norm", "fits several places"});
    }
  }
}

TEST(StateDictNorm, WithoutWeightAndBias) {
  Tensors tensors = layers("0", "3");
  tensors.push_back(tensor("1.running_mean", {3}, kMean));
  tensors.push_back(tensor("1.running_var", {3}, kVariance));
  const ImportedNetwork imported = expect_function(tensors, [](const Values& x) {
    return second(relu(norm({}, {}, kMean, kVariance, 1e-5, first(x))));
  });
  EXPECT_TRUE(says(imported, "has no weight and bias: 1 and 0 taken"));
}

TEST(StateDictNorm, WhatFitsNowhereIsRefused) {
  Tensors wide = layers("0", "3");
  add(wide, {tensor("1.running_mean", {5}, std::vector<float>(5)),
             tensor("1.running_var", {5}, std::vector<float>(5, 1))});
  refused(wide, {"f = '1'", "BatchNorm of 5 numbers", "fits the inputs and outputs of no layer"});
  Tensors misplaced = layers("0", "3");
  add(misplaced, batch_norm("4"));
  refused(misplaced, {"f = '4'", "whose number places it where another length is needed"});
  Tensors twice = layers("fc1", "fc2");
  add(twice, batch_norm("bn1"));
  add(twice, batch_norm("norm1"));
  refused(twice, {"are BatchNorms of one place"});
  Tensors half = layers("0", "3");
  half.push_back(tensor("1.running_mean", {3}, kMean));
  refused(half, {"1.running_var", "is missing"});
  Tensors variance = layers("0", "3");
  add(variance, {tensor("1.running_mean", {3}, kMean), tensor("1.running_var", {3}, {1, -1, 1})});
  refused(variance, {"with the variance -1"});
  Tensors layer_norm = layers("0", "3");
  add(layer_norm, {tensor("1.weight", {3}, kGamma), tensor("1.bias", {3}, kBeta)});
  refused(layer_norm, {"1.weight", "a LayerNorm, or a BatchNorm without running statistics"});
}

TEST(StateDictMasks, AreMultipliedAndSaid) {
  Tensors tensors = layers("0", "2");
  tensors[0].name = "0.weight_orig";
  tensors.push_back(tensor("0.weight_mask", {3, 2}, {1, 0, 1, 1, 0, 1}));
  tensors[3].name = "2.bias_orig";
  tensors.push_back(tensor("2.bias_mask", {2}, {0, 1}));
  const ImportedNetwork imported = expect_function(tensors, [](const Values& x) {
    return dense(kSecond, {0, -1}, relu(dense({1, 0, 0.5F, 3, 0, 0.25F}, kFirstBiases, x)));
  });
  EXPECT_TRUE(says(imported, "0.weight is 0.weight_orig times its mask: 2 of 6 are 0"));
  EXPECT_TRUE(says(imported, "2.bias is 2.bias_orig times its mask: 1 of 2 are 0"));
  EXPECT_FALSE(std::signbit(imported.network.layers[0].weights(0, 1)));  // 0, and not -2 * 0
  Tensors unmasked = layers("0", "2");
  unmasked[0].name = "0.weight_orig";
  refused(unmasked, {"0.weight_orig", "has no 0.weight_mask"});
  unmasked.push_back(tensor("0.weight_mask", {3, 2}, {1, 0, 1, 1, 0, 0.5F}));
  refused(unmasked, {"0.weight_mask", "needs zeros and ones"});
  unmasked.back() = tensor("0.weight_mask", {2, 3}, {1, 0, 1, 1, 0, 1});
  refused(unmasked, {"0.weight_mask", "needs the shape of 0.weight_orig"});
}

/// arr_0, arr_1, .. of these, matrices turned to (inputs, outputs) as Keras keeps them.
Tensors listed(const std::vector<std::pair<std::vector<std::int64_t>, std::vector<float>>>& list) {
  Tensors tensors;
  for (const auto& [shape, values] : list) {
    NamedTensor t = tensor("arr_" + std::to_string(tensors.size()), shape, values);
    if (shape.size() == 2) {
      t.shape = {shape[1], shape[0]};
      for (std::size_t r = 0; r < static_cast<std::size_t>(shape[0]); ++r) {
        for (std::size_t c = 0; c < static_cast<std::size_t>(shape[1]); ++c) {
          t.values[c * static_cast<std::size_t>(shape[0]) + r] =
              values[r * static_cast<std::size_t>(shape[1]) + c];
        }
      }
    }
    tensors.push_back(t);
  }
  return tensors;
}

TEST(KerasList, BatchNormalizationBehindALayerWithAndWithoutBiases) {
  for (const bool biases : {true, false}) {
    std::vector<std::pair<std::vector<std::int64_t>, std::vector<float>>> list = {{{3, 2}, kFirst}};
    if (biases) list.push_back({{3}, kFirstBiases});
    for (const auto& each : {kGamma, kBeta, kMean, kVariance}) list.push_back({{3}, each});
    list.push_back({{2, 3}, kSecond});
    list.push_back({{2}, kSecondBiases});
    const ImportedNetwork imported = expect_function(listed(list), [&](const Values& x) {
      const Values h = dense(kFirst, biases ? kFirstBiases : std::vector<float>{}, x);
      return second(relu(norm(kGamma, kBeta, kMean, kVariance, 1e-3, h)));
    });
    EXPECT_TRUE(says(imported, biases ? "folded arr_2 to arr_5" : "folded arr_1 to arr_4"));
    EXPECT_TRUE(says(imported, "behind arr_0, before its ReLU, with epsilon 1e-3"));
    EXPECT_EQ(says(imported, "arr_0 has no biases: zeros taken"), !biases);
  }
}

TEST(KerasList, BatchNormalizationOfTheInputsAndBehindTheLastLayer) {
  const ImportedNetwork imported =
      expect_function(listed({{{2}, kInputGamma},
                              {{2}, kInputBeta},
                              {{2}, kInputMean},
                              {{2}, kInputVariance},
                              {{3, 2}, kFirst},
                              {{3}, kFirstBiases},
                              {{2, 3}, kSecond},
                              {{2}, kInputGamma},
                              {{2}, kInputBeta},
                              {{2}, kInputMean},
                              {{2}, kInputVariance}}),
                      [](const Values& x) {
                        const auto scale = [](const Values& v) {
                          return norm(kInputGamma, kInputBeta, kInputMean, kInputVariance, 1e-3, v);
                        };
                        return scale(dense(kSecond, {}, relu(first(scale(x)))));
                      });
  EXPECT_TRUE(says(imported, "BatchNormalization of the inputs"));
}

TEST(KerasList, LayersWithoutBiases) {
  const ImportedNetwork imported = expect_function(
      listed({{{3, 2}, kFirst}, {{2, 3}, kSecond}}),
      [](const Values& x) { return dense(kSecond, {}, relu(dense(kFirst, {}, x))); });
  EXPECT_TRUE(says(imported, "arr_0 has no biases: zeros taken"));
  EXPECT_TRUE(says(imported, "arr_1 has no biases: zeros taken"));
  // 4-3-2 chains one way alone, and is turned where it is (outputs, inputs).
  const GraphNetwork turned =
      network_of_tensors({tensor("arr_0", {3, 4}, std::vector<float>(12, 1)),
                          tensor("arr_1", {2, 3}, std::vector<float>(6, 1))},
                         "f")
          .network;
  EXPECT_EQ(to_string(turned.graph), "4-3-2");
}

TEST(KerasList, VectorsOfAnotherNumberAreRefused) {
  refused(listed({{{3, 2}, kFirst}, {{3}, kGamma}, {{3}, kMean}, {{3}, kVariance}}),
          {"arr_1", "3 vectors behind arr_0", "needs ONNX"});
  refused(listed({{{2}, kInputMean}, {{3, 2}, kFirst}, {{3}, kBeta}}),
          {"arr_0", "1 vectors before the first matrix"});
  refused(listed({{{3, 2}, kFirst}, {{3}, kGamma}, {{3}, kBeta}, {{2}, kInputMean}, {{3}, kMean}}),
          {"arr_3", "differs in length from arr_1"});
}

TEST(WeightsAlone, OneOutputBecomesTwoAndBothAssumptionsAreSaid) {
  ImportedNetwork imported;
  NetworkLayer layer;
  layer.weights.resize(1, 2);
  layer.weights << 1, -2;
  layer.biases = Eigen::VectorXf::Constant(1, 0.5F);
  Network one;
  one.layers.push_back(layer);
  imported.network = graph_network(one);
  assume_classifier(imported);
  EXPECT_EQ(imported.notes.size(), 2U);
  EXPECT_TRUE(says(imported, "taken as fully connected layers with ReLU between them"));
  EXPECT_TRUE(says(imported, "class is 1 where the sum is above 0, and 0 at 0"));
  EXPECT_EQ(sums_of(imported.network, {3, 1}), (Values{0, 1.5}));
  EXPECT_EQ(sums_of(imported.network, {-0.5, 0}), (Values{0, 0}));  // equal: the first, class 0
  // A network of two outputs is left alone, and this program's own file says all of itself.
  EXPECT_FALSE(make_two_outputs(imported.network));
  EXPECT_TRUE(read_safetensors(serialize_network(imported.network), "f").notes.empty());
}

}  // namespace
}  // namespace minerva
