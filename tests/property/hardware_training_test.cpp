#include "minerva/training/hardware_training.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <tuple>

#include "hardware/hardware_arithmetic.hpp"
#include "hardware/hardware_weights.hpp"
#include "minerva/arithmetic/faulty_cells.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/faultsim/chip_faults.hpp"
#include "minerva/network/quantize_network.hpp"
#include "minerva/training/gradient.hpp"

// Training for the hardware computes what the bit-true engine computes: the same codes between the
// layers and the same accumulators, for random networks, formats, thresholds and faults.
namespace minerva::training {
namespace {

int drawn(KeyedRandom& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low) + 1));
}

struct Case {
  Network network;
  HardwareTraining hardware;
  Mitigation mitigation;
  double fault_rate = 0;
  bool positive = true;
  Samples samples;

  Topology topology() const { return network.topology(); }
  std::string text;
};

enum class Products { whole, rounded, any };

QFormat drawn_format(KeyedRandom& random, int least, int most) {
  const int bits = drawn(random, least, most);
  const int integer = drawn(random, 1, std::min(bits, 4));
  return {integer, bits - integer};
}

Case drawn_case(std::uint64_t seed, Products products) {
  KeyedRandom random(seed, Stream::test);
  Case c;
  std::vector<int> widths{drawn(random, 1, 70)};
  const int layers = drawn(random, 1, 4);
  for (int k = 0; k < layers; ++k) widths.push_back(drawn(random, k + 1 == layers ? 2 : 1, 40));
  c.positive = products == Products::whole || random.below(2) == 0;
  c.hardware.plan.rounding =
      products == Products::any ? static_cast<Rounding>(random.below(3)) : Rounding::half_up;
  const bool wide = products == Products::any && random.below(3) == 0;
  int scale = 0;
  for (int k = 0; k < layers; ++k) {
    NetworkLayer layer;
    const auto n_in = widths[static_cast<std::size_t>(k)];
    const auto n_out = widths[static_cast<std::size_t>(k) + 1];
    const double spread = random.uniform(0.05, 1.2);
    layer.weights = Eigen::MatrixXf::NullaryExpr(
        n_out, n_in, [&] { return static_cast<float>(spread * random.normal()); });
    layer.biases = Eigen::VectorXf::NullaryExpr(
        n_out, [&] { return static_cast<float>(0.3 * random.normal()); });
    c.network.layers.push_back(layer);
    LayerFormats formats;
    formats.weight = drawn_format(random, 2, wide ? 16 : 6);
    formats.activation = drawn_format(random, 1, wide ? 16 : 6);
    const int whole = formats.weight.fraction_bits + formats.activation.fraction_bits;
    const int whole_bits = formats.weight.bits() + formats.activation.bits();
    if (products == Products::whole) {
      const int gained = drawn(random, 0, 2);
      formats.product = {whole_bits - whole, whole + gained};
    } else {
      formats.product = drawn_format(random, 2, wide ? 32 : whole_bits);
      if (formats.product.fraction_bits >= whole && products == Products::rounded) {
        formats.product.fraction_bits = std::max(whole - 1, 0);
      }
    }
    scale += drawn(random, -2, 3);
    formats.scale_exponent = scale;
    c.hardware.plan.layers.push_back(formats);
    const double step = formats.activation.step();
    c.hardware.thresholds.theta.push_back(
        random.below(3) == 0 && formats.activation.bits() > 2 ? step * drawn(random, 1, 2) : 0.0);
  }
  const int samples = 23;
  Eigen::MatrixXf inputs = Eigen::MatrixXf::NullaryExpr(widths.front(), samples, [&] {
    if (random.uniform() < 0.4) return 0.0F;
    return static_cast<float>(c.positive ? random.uniform(0, 1.5) : random.normal());
  });
  c.samples.inputs = std::move(inputs);
  for (int i = 0; i < samples; ++i) {
    c.samples.labels.push_back(
        static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(widths.back()))));
  }
  c.mitigation = {Masking::bit, static_cast<SignPolicy>(random.below(3)), Detector::razor};
  c.fault_rate = random.below(2) == 0 ? 0 : random.uniform(0.01, 0.3);
  c.text = "seed " + std::to_string(seed) + ", " + to_string(c.topology());
  return c;
}

std::vector<float> parameters_of(const ParameterLayout& layout, const Network& network) {
  std::vector<float> parameters(layout.size());
  for (int k = 0; k < layout.topology().layers(); ++k) {
    const NetworkLayer& from = network.layers[static_cast<std::size_t>(k)];
    std::copy_n(from.weights.data(), from.weights.size(), parameters.data() + layout.weights_at(k));
    std::copy_n(from.biases.data(), from.biases.size(), parameters.data() + layout.biases_at(k));
  }
  return parameters;
}

WeightFaults faults_of(const Case& c) {
  WeightFaults faults;
  faults.rate = c.fault_rate;
  faults.masking = c.mitigation.masking;
  faults.sign = c.mitigation.sign;
  return faults;
}

/// The engine's network with the codes that a step reads, faults included.
QuantizedNetwork engine_network(const Case& c, const ParameterLayout& layout, const float* read,
                                const HardwareArithmetic& arithmetic) {
  QuantizedNetwork network = quantize_network(c.network, c.hardware.plan, c.hardware.thresholds);
  for (int k = 0; k < layout.topology().layers(); ++k) {
    QuantizedLayer& layer = network.layers[static_cast<std::size_t>(k)];
    const double per_unit = arithmetic.layer(k).weight.codes_per_unit();
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
      const double code = static_cast<double>(read[layout.weights_at(k) + i]) * per_unit;
      EXPECT_EQ(code, std::floor(code));
      if (c.fault_rate == 0) {
        EXPECT_EQ(code, layer.weights[i]) << c.text << ", weight of layer " << k;
      }
      layer.weights[i] = static_cast<std::int16_t>(code);
    }
  }
  return network;
}

/// Returns how many layers went through floats alone.
int expect_same_as_engine(const Case& c, int threads) {
  const ParameterLayout layout(c.topology());
  const std::vector<float> parameters = parameters_of(layout, c.network);
  const auto arithmetic =
      std::make_shared<HardwareArithmetic>(c.topology(), c.hardware, c.positive);
  HardwareWeights weights(layout, *arithmetic, faults_of(c), {}, 7, threads);
  const std::vector<float> read = [&] {
    const float* at = weights.as_read(parameters.data(), 3);
    return std::vector<float>(at, at + layout.size());
  }();
  const QuantizedNetwork engine = engine_network(c, layout, read.data(), *arithmetic);
  const int count = static_cast<int>(c.samples.size());
  LossGradient<float> loss(layout, {0, 0, 0, 0, 0}, count, threads, arithmetic);
  const Batch batch{&c.samples.inputs, c.samples.labels.data(), count};
  std::vector<float> outputs(static_cast<std::size_t>(layout.topology().outputs() * count));
  loss.outputs(read.data(), batch, outputs.data());
  const std::vector<std::int16_t> codes =
      input_codes(c.samples.inputs, engine.layers.front().formats.activation, engine.rounding);
  int in_float = 0;
  std::int64_t wrong = 0;
  std::vector<std::vector<float>> activations;
  for (int k = 0; k < layout.topology().layers(); ++k) {
    activations.push_back(loss.last_activations(k));
    in_float += arithmetic->layer(k).exact_in_float ? 1 : 0;
  }
  for (int s = 0; s < count; ++s) {
    const FixedTrace trace =
        trace_prediction(engine, codes.data() + std::ptrdiff_t{s} * engine.layers.front().n_in);
    wrong += trace.predicted_class != c.samples.labels[static_cast<std::size_t>(s)] ? 1 : 0;
    for (int k = 0; k < layout.topology().layers(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      const int rows = layout.topology().fan_out(k);
      const bool hidden = k + 1 < layout.topology().layers();
      for (int i = 0; i < rows; ++i) {
        const double value = activations[at][static_cast<std::size_t>(s * rows + i)];
        if (!hidden) {
          const double step = arithmetic->layer(k).bias.code_step();
          const auto sum = trace.accumulators[at][static_cast<std::size_t>(i)];
          EXPECT_EQ(value, static_cast<float>(static_cast<double>(sum) * step))
              << c.text << ", output " << i << " of sample " << s;
          continue;
        }
        const QuantizedLayer& next = engine.layers[at + 1];
        const std::int32_t code = trace.inputs[at + 1][static_cast<std::size_t>(i)];
        const double step = arithmetic->layer(k + 1).input.code_step();
        EXPECT_EQ(value, next.skips(code) ? 0.0 : code * step)
            << c.text << ", neuron " << i << " of layer " << k << ", sample " << s;
      }
    }
  }
  EXPECT_EQ(loss.count_wrong(read.data(), batch), wrong) << c.text;
  return in_float;
}

/// The network of the first layers alone, whose outputs are the accumulators of the last of them.
Case first_layers(const Case& whole, std::size_t layers) {
  Case c = whole;
  c.network.layers.resize(layers);
  c.hardware.plan.layers.resize(layers);
  c.hardware.thresholds.theta.resize(layers);
  for (std::int32_t& label : c.samples.labels) label = 0;
  return c;
}

void expect_same_in_every_layer(Products products, std::uint64_t first_seed, int cases,
                                int& in_float, int& layers) {
  for (int i = 0; i < cases; ++i) {
    const Case c = drawn_case(first_seed + static_cast<std::uint64_t>(i), products);
    for (std::size_t depth = 1; depth <= c.network.layers.size(); ++depth) {
      in_float += expect_same_as_engine(first_layers(c, depth), 1 + i % 3);
      layers += static_cast<int>(depth);
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(HardwareTraining, WholeProductsGiveTheEnginesCodesAndAccumulators) {
  int in_float = 0;
  int layers = 0;
  expect_same_in_every_layer(Products::whole, 1000, 80, in_float, layers);
  EXPECT_EQ(in_float, layers);
}

TEST(HardwareTraining, RoundedProductsGiveTheEnginesCodesAndAccumulators) {
  int in_float = 0;
  int layers = 0;
  expect_same_in_every_layer(Products::rounded, 2000, 80, in_float, layers);
  EXPECT_LT(in_float, layers / 2);
}

TEST(HardwareTraining, AnyFormatsAndRoundingsGiveTheEnginesCodesAndAccumulators) {
  int in_float = 0;
  int layers = 0;
  expect_same_in_every_layer(Products::any, 3000, 70, in_float, layers);
}

/// A codebook of random entries for every layer.
void share_weights(Case& c, std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test, 17);
  for (LayerFormats& formats : c.hardware.plan.layers) {
    const QFormat w = formats.weight;
    formats.codebook.entries.resize(std::size_t{2} << random.below(4));
    for (std::int16_t& entry : formats.codebook.entries) {
      const auto codes = static_cast<std::uint64_t>(w.max_code() - w.min_code() + 1);
      entry =
          static_cast<std::int16_t>(w.min_code() + static_cast<std::int64_t>(random.below(codes)));
    }
  }
}

TEST(HardwareTraining, SharedWeightsGiveTheEnginesCodesAndAccumulators) {
  for (std::uint64_t seed = 4000; seed < 4060; ++seed) {
    Case c = drawn_case(seed, seed % 2 == 0 ? Products::whole : Products::any);
    share_weights(c, seed);
    expect_same_as_engine(c, 1 + static_cast<int>(seed % 2));
    if (HasFailure()) return;
  }
}

void expect_weights_of_the_fault_model(const Case& c);

TEST(HardwareTraining, WeightsAsReadAreThoseOfTheFaultModel) {
  Case c = drawn_case(1003, Products::whole);
  expect_weights_of_the_fault_model(c);
  share_weights(c, 1003);
  expect_weights_of_the_fault_model(c);
}

void expect_weights_of_the_fault_model(const Case& c) {
  const ParameterLayout layout(c.topology());
  const std::vector<float> parameters = parameters_of(layout, c.network);
  const HardwareArithmetic arithmetic(c.topology(), c.hardware, c.positive);
  Case faulty = c;
  faulty.fault_rate = 0.2;
  faulty.mitigation = {Masking::bit, SignPolicy::zero, Detector::razor};
  HardwareWeights weights(layout, arithmetic, faults_of(faulty), {}, 11, 1);
  const float* at = weights.as_read(parameters.data(), 5);
  const std::vector<float> read(at, at + layout.size());
  const QuantizedNetwork engine = quantize_network(c.network, c.hardware.plan);
  std::int64_t faulty_words = 0;
  for (int k = 0; k < layout.topology().layers(); ++k) {
    const int n_in = layout.topology().fan_in(k);
    const int n_out = layout.topology().fan_out(k);
    const int bits = c.hardware.plan.layers[static_cast<std::size_t>(k)].stored_weight_bits();
    std::vector<std::uint32_t> masks(layout.weights_size(k));
    visit_cells_of_one_rate(
        {11, Stream::training_faults, mix_keys(5, static_cast<std::uint64_t>(k))},
        std::int64_t{n_in} * n_out, bits, 0.2, [&](std::int64_t word, int bit) {
          masks[static_cast<std::size_t>(word)] |= std::uint32_t{1} << bit;
        });
    for (int j = 0; j < n_in; ++j) {
      for (int i = 0; i < n_out; ++i) {
        const QuantizedLayer& layer = engine.layers[static_cast<std::size_t>(k)];
        const std::uint32_t mask = masks[static_cast<std::size_t>(i * n_in + j)];
        faulty_words += mask != 0 ? 1 : 0;
        const double code = static_cast<double>(read[layout.weights_at(k) + layer.index(j, i)]) *
                            arithmetic.layer(k).weight.codes_per_unit();
        EXPECT_EQ(code,
                  layer.as_read(layer.stored_word(layer.index(j, i)), mask, faulty.mitigation));
      }
    }
  }
  EXPECT_GT(faulty_words, 0);
}

TEST(HardwareTraining, AKnownChipIsReadAsStageFiveReadsIt) {
  const Case c = drawn_case(1004, Products::whole);
  const ParameterLayout layout(c.topology());
  const std::vector<float> parameters = parameters_of(layout, c.network);
  const HardwareArithmetic arithmetic(c.topology(), c.hardware, c.positive);
  QuantizedNetwork engine = quantize_network(c.network, c.hardware.plan);
  KeyedRandom random(5, Stream::test);
  faultsim::ChipMap map;
  map.address = faultsim::MapAddress::network;
  map.bits = kMaxOperandBits;
  map.measured_v = {0.5};
  for (int k = 0; k < layout.topology().layers(); ++k) {
    const std::int64_t words =
        std::int64_t{layout.topology().fan_in(k)} * layout.topology().fan_out(k);
    const int bits = c.hardware.plan.layers[static_cast<std::size_t>(k)].weight.bits();
    for (std::int64_t word = 0; word < words; ++word) {
      for (int bit = 0; bit < bits; ++bit) {
        if (random.uniform() > 0.2) continue;
        const auto reads = static_cast<faultsim::ReadsAs>(random.below(3));
        map.faults.push_back({{k, 0, word}, bit, 0.5, reads});
      }
    }
  }
  const faultsim::ChipFaults chip(map, engine, faultsim::words_by_layer(engine));
  std::vector<KnownFault> known;
  for (const faultsim::PlacedFault& at : chip.placed()) {
    std::optional<int> reads;
    if (at.fault.reads != faultsim::ReadsAs::inverted) {
      reads = at.fault.reads == faultsim::ReadsAs::one ? 1 : 0;
    }
    known.push_back({at.layer, at.weight, at.fault.bit, reads});
  }
  std::stable_sort(known.begin(), known.end(), [](const KnownFault& a, const KnownFault& b) {
    return std::tie(a.layer, a.weight) < std::tie(b.layer, b.weight);
  });
  WeightFaults faults;  // no rate
  faults.masking = Masking::bit;
  faults.sign = SignPolicy::zero;
  engine.mitigation = faults.mitigation();
  EXPECT_GT(chip.inject(engine, 0.5), 0);
  HardwareWeights weights(layout, arithmetic, faults, known, 11, 1);
  const float* read = weights.as_read(parameters.data(), 5);
  for (int k = 0; k < layout.topology().layers(); ++k) {
    for (int j = 0; j < layout.topology().fan_in(k); ++j) {
      for (int i = 0; i < layout.topology().fan_out(k); ++i) {
        const std::size_t at = engine.layers[static_cast<std::size_t>(k)].index(j, i);
        EXPECT_EQ(static_cast<double>(read[layout.weights_at(k) + at]) *
                      arithmetic.layer(k).weight.codes_per_unit(),
                  engine.weight_as_read(k, j, i));
      }
    }
  }
}

TEST(HardwareTraining, CellsOfOneRateAreFaultyAtThatRate) {
  for (const double rate : {0.001, 0.03, 0.5}) {
    std::int64_t faulty = 0;
    std::int64_t last = -1;
    const std::int64_t words = 200000;
    visit_cells_of_one_rate({3, Stream::training_faults, 9}, words, 5, rate,
                            [&](std::int64_t word, int bit) {
                              EXPECT_GT(word * 5 + bit, last);
                              last = word * 5 + bit;
                              ++faulty;
                            });
    const double expected = static_cast<double>(words) * 5 * rate;
    EXPECT_NEAR(static_cast<double>(faulty), expected, 5 * std::sqrt(expected * (1 - rate)));
  }
}

}  // namespace
}  // namespace minerva::training
