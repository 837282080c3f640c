#include "minerva/workloads/lane_stages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/graph_trace.hpp"
#include "minerva/network/graph_text.hpp"

// The output error of a network, held against sums over the trace of its integers.
namespace minerva::workloads {
namespace {

constexpr int kPredictions = 24;

Eigen::MatrixXf random_matrix(Eigen::Index rows, Eigen::Index columns, double scale,
                              std::uint64_t index) {
  KeyedRandom random(7, Stream::test, index);
  Eigen::MatrixXf values(rows, columns);
  for (Eigen::Index i = 0; i < columns; ++i) {
    for (Eigen::Index j = 0; j < rows; ++j) {
      values(j, i) = static_cast<float>(scale * random.normal());
    }
  }
  return values;
}

/// A convolution, a pool and a dense layer, or a chain.
GraphNetwork network(const std::string& text) {
  GraphNetwork made;
  made.graph = parse_layer_graph(text, "test");
  made.layers.resize(static_cast<std::size_t>(made.graph.layers()));
  for (int k = 0; k < made.graph.layers(); ++k) {
    const GraphLayer& layer = made.graph.layer(k);
    if (!layer.has_weights()) continue;
    LayerParameters& own = made.layers[static_cast<std::size_t>(k)];
    const Eigen::Index inputs = layer.weight_count() / layer.channels;
    own.weights = random_matrix(layer.channels, inputs, 1.5 / std::sqrt(double(inputs)),
                                static_cast<std::uint64_t>(k));
    own.biases = random_matrix(layer.channels, 1, 0.1, static_cast<std::uint64_t>(100 + k));
  }
  return made;
}

Technology technology() { return read_technology(MINERVA_SOURCE_DIR "/configs/tech/public40.cfg"); }

struct Direct {
  double error_percent = 0;
  std::int64_t changed = 0;
};

/// Output error and changed decisions, prediction by prediction.
Direct direct(const Design& design, const Eigen::MatrixXf& inputs) {
  const QuantizedGraph quantized_network = quantized(design);
  const Eigen::MatrixXf wanted = float_outputs(*design.network, SampleInputs(inputs));
  const QFormat x = quantized_network.layers.front().formats.activation;
  const std::vector<std::int16_t> codes =
      input_codes(SampleInputs(inputs), x, quantized_network.rounding);
  const LayerFormats last = quantized_network.layers.back().formats;
  Direct result;
  double distance = 0;
  double squares = 0;
  for (Eigen::Index i = 0; i < inputs.cols(); ++i) {
    const auto trace = trace_graph(quantized_network, codes.data() + i * inputs.rows());
    Eigen::Index decision = 0;
    wanted.col(i).maxCoeff(&decision);
    if (decision != trace.predicted_class) ++result.changed;
    const std::vector<std::int64_t>& sums = trace.accumulators.back();
    for (Eigen::Index o = 0; o < wanted.rows(); ++o) {
      const double output = std::ldexp(static_cast<double>(sums[static_cast<std::size_t>(o)]),
                                       -last.product.fraction_bits - last.scale_exponent);
      distance += (output - wanted(o, i)) * (output - wanted(o, i));
      squares += static_cast<double>(wanted(o, i)) * wanted(o, i);
    }
  }
  result.error_percent = 100 * distance / squares;
  return result;
}

TEST(OutputPower, IsThePartOfTheSquares) {
  Eigen::MatrixXf outputs(2, 2);
  outputs << 3, 0, 4, 5;
  const OutputPower power(with_targets(Eigen::MatrixXf::Zero(1, 2), outputs));
  // (9 + 16 + 25) / 2 in units of 1 / 1024.
  EXPECT_DOUBLE_EQ(power.percent_of(25 * 1024), 100);
  EXPECT_EQ(power.units_of(1), 256);
  EXPECT_EQ(power.units_of(0.5), 128);
  EXPECT_DOUBLE_EQ(power.percent_of(128), 0.5);
}

TEST(LaneStages, KeepTheOutputErrorThatTheyWereAllowed) {
  for (const char* text : {"8x8x2 c6k3p1 m2 c8k3 10", "12 20 16 9"}) {
    const GraphNetwork made = network(text);
    const Eigen::Index words = made.graph.inputs();
    const Eigen::MatrixXf tuned = random_matrix(words, kPredictions, 0.5, 1000).cwiseMax(0);
    const Eigen::MatrixXf test = random_matrix(words, kPredictions, 0.5, 1001).cwiseMax(0);
    const StagedSet tuned_set = with_float_outputs(made, tuned, 1);
    const StagedSet test_set = with_float_outputs(made, test, 1);
    const OutputPower tuned_power(tuned_set);
    const OutputPower test_power(test_set);
    const Technology public40 = technology();
    LaneStages stages(made, tuned_set, test_set, public40, 1);
    EXPECT_EQ(stages.float_error(), 0) << text;
    // A prediction is rounded to whole units.
    const double rounding = test_power.percent_of(0.5 * kPredictions);
    const auto check = [&](const StagedRow& row, const char* stage) {
      const Direct of_test = direct(stages.design(), test);
      EXPECT_NEAR(test_power.percent_of(row.test_error), of_test.error_percent, rounding)
          << text << ", " << stage;
      EXPECT_NEAR(tuned_power.percent_of(row.tuned_error),
                  direct(stages.design(), tuned).error_percent,
                  tuned_power.percent_of(0.5 * kPredictions))
          << text << ", " << stage;
      EXPECT_EQ(stages.changed_decisions(), of_test.changed) << text << ", " << stage;
    };
    const StagedRow baseline = stages.choose_machine();
    check(baseline, "baseline");
    const StagedRow formats = stages.quantize(tuned_power.units_of(3));
    check(formats, "formats");
    EXPECT_LE(formats.tuned_error, static_cast<double>(tuned_power.units_of(3)));
    EXPECT_GT(tuned_power.percent_of(formats.tuned_error), 0.3) << "the search spends its budget";
    EXPECT_LT(formats.energy_nj, baseline.energy_nj);
    const StagedRow thresholds = stages.prune(tuned_power.units_of(5));
    check(thresholds, "thresholds");
    EXPECT_LE(thresholds.tuned_error, static_cast<double>(tuned_power.units_of(5)));
    EXPECT_LT(thresholds.energy_nj, formats.energy_nj) << "half of the inputs are zero";
  }
}

}  // namespace
}  // namespace minerva::workloads
