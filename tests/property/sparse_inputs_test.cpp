#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/engine/saturation.hpp"
#include "minerva/quantize/range_profile.hpp"
#include "naive_engine.hpp"

// Sparse inputs are another way to hold the same numbers: no engine may tell the difference.
namespace minerva {
namespace {

SparseInputs sparse_of(const Eigen::MatrixXf& dense) { return dense.sparseView(0.0F, 0.0F); }

/// A case whose inputs are mostly zero, some samples wholly.
Case draw_sparse_case(std::uint64_t seed) {
  Case c = draw_case(seed);
  KeyedRandom random(seed, Stream::test, 21);
  Eigen::MatrixXf& x = c.samples.inputs.dense();
  for (Eigen::Index s = 0; s < x.cols(); ++s) {
    const std::uint64_t kept_of_8 = random.below(6);
    for (Eigen::Index j = 0; j < x.rows(); ++j) {
      if (random.below(8) >= kept_of_8) x(j, s) = 0;
    }
  }
  return c;
}

/// Float weights of the same shapes.
Network float_network(const Case& c, std::uint64_t seed) {
  KeyedRandom random(seed, Stream::test, 22);
  const auto draw = [&] { return static_cast<float>(random.normal()); };
  Network network;
  for (const QuantizedLayer& layer : c.network.layers) {
    network.layers.push_back({Eigen::MatrixXf::NullaryExpr(layer.n_out, layer.n_in, draw),
                              Eigen::VectorXf::NullaryExpr(layer.n_out, draw)});
  }
  return network;
}

TEST(SparseInputs, EveryEngineGivesTheBitsOfDenseInputs) {
  for (std::uint64_t seed = 7000000; seed < 7001500; ++seed) {
    const std::string where = "seed " + std::to_string(seed);
    const Case c = draw_sparse_case(seed);
    Samples sparse{SampleInputs(sparse_of(c.samples.inputs.dense())), c.samples.labels};
    ASSERT_TRUE(sparse.inputs.is_sparse());
    const Network network = float_network(c, seed);
    const Eigen::MatrixXf outputs = float_outputs(network, c.samples.inputs);
    ASSERT_TRUE(outputs == float_outputs(network, sparse.inputs)) << where;
    const auto ranges = quantize::profile_ranges(graph_network(network), c.samples);
    const auto sparse_ranges = quantize::profile_ranges(graph_network(network), sparse);
    for (std::size_t k = 0; k < ranges.size(); ++k) {
      ASSERT_EQ(ranges[k].activation, sparse_ranges[k].activation) << where;
      ASSERT_EQ(ranges[k].product, sparse_ranges[k].product) << where;
    }
    FixedEvaluator dense_engine(c.samples, outputs, 1);
    FixedEvaluator sparse_engine(sparse, outputs, 1);
    QuantizedNetwork changed = c.network;
    changed.layers.back().biases.front() += changed.layers.back().biases.front() > 0 ? -1 : 1;
    for (const QuantizedNetwork& tried : {c.network, changed}) {
      for (int again = 0; again < 3; ++again) {
        const FixedEvaluation a = dense_engine.evaluate(tried, c.chunk);
        const FixedEvaluation b = sparse_engine.evaluate(tried, c.chunk);
        ASSERT_EQ(a.wrong, b.wrong) << where;
        ASSERT_EQ(a.divergence, b.divergence) << where;
        for (std::size_t k = 0; k < a.activity.layers.size(); ++k) {
          ASSERT_TRUE(equal(a.activity.layers[k], b.activity.layers[k])) << where;
        }
        if (again == 1) sparse_engine.prepare_base(c.network);
      }
    }
    const auto histograms = dense_engine.code_histogram(c.network);
    const auto sparse_histograms = sparse_engine.code_histogram(c.network);
    for (std::size_t k = 0; k < histograms.size(); ++k) {
      ASSERT_EQ(histograms[k].counts, sparse_histograms[k].counts) << where;
    }
    const auto saturations = count_saturations(network, c.network, c.samples);
    const auto sparse_saturations = count_saturations(network, c.network, sparse);
    for (std::size_t k = 0; k < saturations.size(); ++k) {
      ASSERT_EQ(saturations[k].inputs, sparse_saturations[k].inputs) << where;
      ASSERT_EQ(saturations[k].products, sparse_saturations[k].products) << where;
    }
    const QFormat x = c.network.layers.front().formats.activation;
    ASSERT_EQ(input_codes(c.samples.inputs, x, c.network.rounding),
              input_codes(sparse.inputs, x, c.network.rounding))
        << where;
  }
}

TEST(SparseInputs, PartsAndSingleValuesAreThoseOfTheWhole) {
  Eigen::MatrixXf dense(3, 3);
  dense << 0, 2, 0, -1, 0, 0, 0, 0.5F, 0;
  const Samples samples{SampleInputs(sparse_of(dense)), {0, 1, 2}};
  EXPECT_EQ(samples.inputs.rows(), 3);
  EXPECT_EQ(samples.size(), 3);
  EXPECT_EQ(samples.inputs.at(1, 0), -1);
  EXPECT_EQ(samples.inputs.at(0, 0), 0);
  const Samples head = samples.head(2);
  ASSERT_TRUE(head.inputs.is_sparse());
  EXPECT_TRUE(Eigen::MatrixXf(head.inputs.sparse()) == dense.leftCols(2));
  std::vector<float> column(3, 9);
  samples.inputs.copy_column(1, column.data());
  EXPECT_EQ(column, (std::vector<float>{2, 0, 0.5F}));
  EXPECT_EQ(samples.inputs.largest_magnitudes(), Eigen::Vector3f(2, 1, 0.5F));
  EXPECT_THROW(samples.inputs.dense(), ContractViolation);
}

TEST(SparseInputs, AStoredZeroIsRefused) {
  SparseInputs zero(2, 1);
  zero.insert(1, 0) = 0;
  zero.makeCompressed();
  EXPECT_THROW(SampleInputs{zero}, ContractViolation);
}

}  // namespace
}  // namespace minerva
