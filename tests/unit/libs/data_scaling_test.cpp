#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "data_files.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/data/input_scaling.hpp"
#include "minerva/data/part_summary.hpp"

namespace minerva {
namespace {
using Matrix = Eigen::MatrixXf;

/// Four terms in five documents: df 4, 2, 1 and 0, and a document without terms.
Matrix train_counts() {
  return (Matrix(4, 5) << 1, 2, 4, 1, 0, 3, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0).finished();
}
Matrix test_counts() {
  Matrix counts(4, 2);
  counts << 1, 0, 0, 6, 1, 0, 2, 3;
  return counts;
}

struct Parts {
  SparseInputs train, validation, test;
};

Parts weighed(Weighting weighting, InputScaling scaling) {
  Parts parts{train_counts().sparseView(), test_counts().sparseView(), test_counts().sparseView()};
  weigh_terms(parts.train, parts.validation, parts.test, weighting, scaling);
  return parts;
}

void expect_near(const SparseInputs& found, const Matrix& expected) {
  const Matrix dense(found);
  for (Eigen::Index i = 0; i < expected.size(); ++i) {
    EXPECT_FLOAT_EQ(dense.data()[i], expected.data()[i]) << "value " << i;
  }
  // Nothing appears, nothing vanishes: no zero may be stored.
  EXPECT_NO_THROW(SampleInputs{found});
}

TEST(TermWeights, AreTheFormulas) {
  const double df[] = {4, 2, 1, 0};
  const auto expected = [&](const Matrix& counts, auto weight) {
    Matrix values = counts;
    for (Eigen::Index i = 0; i < 4; ++i) {
      const double idf = std::log(6 / (1 + df[i])) + 1;
      for (Eigen::Index s = 0; s < counts.cols(); ++s) {
        const double c = static_cast<double>(counts(i, s));
        values(i, s) = c == 0 ? 0 : static_cast<float>(weight(c, idf));
      }
    }
    return values;
  };
  const auto check = [&](Weighting weighting, auto weight) {
    SCOPED_TRACE(to_string(weighting));
    const Parts parts = weighed(weighting, InputScaling::none);
    expect_near(parts.train, expected(train_counts(), weight));
    expect_near(parts.validation, expected(test_counts(), weight));
    expect_near(parts.test, expected(test_counts(), weight));
  };
  check(Weighting::binary, [](double, double) { return 1.0; });
  check(Weighting::counts, [](double c, double) { return c; });
  check(Weighting::log, [](double c, double) { return 1 + std::log(c); });
  check(Weighting::tfidf, [](double c, double idf) { return c * idf; });
  check(Weighting::log_tfidf, [](double c, double idf) { return (1 + std::log(c)) * idf; });
}

TEST(TermWeights, DivideByTheLargestOfTraining) {
  const Parts parts = weighed(Weighting::counts, InputScaling::max);
  // Largest: 4, 3, 2 and, of the term that training has not, nothing: its counts stay.
  expect_near(parts.train, (Matrix(4, 5) << 0.25F, 0.5F, 1, 0.25F, 0, 1, 0, 0, 1.0F / 3, 0, 0, 0, 1,
                            0, 0, 0, 0, 0, 0, 0)
                               .finished());
  expect_near(parts.test, (Matrix(4, 2) << 0.25F, 0, 0, 2, 0.5F, 0, 2, 3).finished());
}

TEST(TermWeights, DivideByTheLengthOfTheDocument) {
  const Parts parts = weighed(Weighting::counts, InputScaling::unit);
  const float root10 = std::sqrt(10.0F);
  expect_near(parts.test, (Matrix(4, 2) << 1 / std::sqrt(6.0F), 0, 0, 6 / std::sqrt(45.0F),
                           1 / std::sqrt(6.0F), 0, 2 / std::sqrt(6.0F), 3 / std::sqrt(45.0F))
                              .finished());
  const Matrix train(parts.train);
  EXPECT_FLOAT_EQ(train(0, 0), 1 / root10);
  EXPECT_FLOAT_EQ(train(1, 0), 3 / root10);
  EXPECT_EQ(train.col(4), Matrix::Zero(4, 1));  // a document without terms stays zero
}

TEST(TermWeights, GiveEveryDocumentTheLengthOfTraining) {
  const Parts unit = weighed(Weighting::counts, InputScaling::unit);
  const Parts length = weighed(Weighting::counts, InputScaling::length);
  // Squares of the training lengths: 10, 4, 16 + 4, 1 + 1, 0.
  const float expected = std::sqrt((10.0F + 4 + 20 + 2 + 0) / 5);
  expect_near(length.train, expected * Matrix(unit.train));
  expect_near(length.test, expected * Matrix(unit.test));
}

TEST(InputScaling, IsFittedOnTrainingAlone) {
  const Matrix train =
      (Matrix(4, 4) << 2, 4, 6, 8, 5, 5, 5, 5, 0, 1, 1, 0, -3, 1, -3, 1).finished();
  const Matrix other = (Matrix(4, 2) << 5, 10, 5, 6, 1, 2, -1, 3).finished();
  const auto scaled = [&](InputScaling scaling) {
    std::vector<Matrix> parts{train, other, other};
    scale_inputs(parts[0], parts[1], parts[2], scaling);
    EXPECT_EQ(parts[1], parts[2]);
    return parts;
  };
  EXPECT_EQ(scaled(InputScaling::none)[0], train);
  EXPECT_EQ(scaled(InputScaling::none)[1], other);
  const auto minmax = scaled(InputScaling::minmax);
  EXPECT_EQ(
      minmax[0],
      (Matrix(4, 4) << 0, 2.0F / 6, 4.0F / 6, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 1).finished());
  EXPECT_EQ(minmax[1], (Matrix(4, 2) << 0.5F, 8.0F / 6, 0, 1, 1, 2, 0.5F, 1.5F).finished());
  // Mean 5, variance 5; constant: only shifted; flags: as they are; mean -1, deviation 2.
  const auto standard = scaled(InputScaling::standard);
  const float root5 = std::sqrt(5.0F);
  const Matrix expected = (Matrix(4, 4) << -3 / root5, -1 / root5, 1 / root5, 3 / root5, 0, 0, 0, 0,
                           0, 1, 1, 0, -1, 1, -1, 1)
                              .finished();
  for (Eigen::Index i = 0; i < expected.size(); ++i) {
    EXPECT_FLOAT_EQ(standard[0].data()[i], expected.data()[i]);
  }
  EXPECT_FLOAT_EQ(standard[1](0, 1), 5 / root5);
  EXPECT_EQ(standard[1].row(2), other.row(2));
  EXPECT_EQ(standard[1](3, 1), 2);
}

TEST(InputScaling, MakesMeanZeroAndDeviationOne) {
  const std::uint64_t seed = 5;
  SCOPED_TRACE("seed " + std::to_string(seed));
  KeyedRandom random(seed, Stream::test);
  Matrix train(3, 500);
  for (Eigen::Index s = 0; s < train.cols(); ++s) {
    train.col(s) << static_cast<float>(random.uniform(-1e6, 3e6)),
        static_cast<float>(1000 + random.normal()), static_cast<float>(random.uniform());
  }
  Matrix validation = train.leftCols(1);
  Matrix test = train.leftCols(1);
  scale_inputs(train, validation, test, InputScaling::standard);
  for (Eigen::Index i = 0; i < train.rows(); ++i) {
    const Eigen::VectorXd row = train.row(i).cast<double>();
    const double mean = row.mean();
    EXPECT_NEAR(mean, 0, 1e-6);  // each of 500 floats is rounded by at most 2^-23
    EXPECT_NEAR(std::sqrt((row.array() - mean).square().mean()), 1, 1e-6);
  }
}

TEST(InputScaling, RefusesWhatDoesNotFitAFloat) {
  Matrix train = (Matrix(1, 2) << 0, 1e-30F).finished();
  Matrix validation = train;
  Matrix test = (Matrix(1, 1) << 1e30F).finished();
  test::expect_refused([&] { scale_inputs(train, validation, test, InputScaling::minmax); },
                       "data.scaling", "input 1");
}

TEST(PartSummary, CountsDenseAndSparseAlike) {
  const Matrix values = (Matrix(3, 4) << 1, 0, -2, 0, 0, 0, 5, 0, 4, 0, 1, 3).finished();
  const std::vector<std::int32_t> labels{0, 2, 2, 0};
  for (const Samples& part : {Samples{values, labels},
                              Samples{SampleInputs(SparseInputs(values.sparseView())), labels}}) {
    const PartSummary summary = summarize(part, 4);
    EXPECT_EQ(summary.samples, 4);
    EXPECT_EQ(summary.of_class, (std::vector<std::int64_t>{2, 0, 2, 0}));
    EXPECT_EQ(summary.nonzeros, 6);
    EXPECT_EQ(summary.fewest_nonzeros, 0);
    EXPECT_EQ(summary.most_nonzeros, 3);
    EXPECT_EQ(summary.zero_samples, 1);
    EXPECT_EQ(summary.least_value, -2);
    EXPECT_EQ(summary.largest_value, 5);
  }
}

}  // namespace
}  // namespace minerva
