#include "informative_inputs.hpp"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <algorithm>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::codesign {
namespace {

/// Samples whose inputs are mixtures of independent normals.
struct Drawn {
  Samples samples;
  Eigen::MatrixXf weights;
};

Drawn drawn(int inputs, int neurons, std::uint64_t seed) {
  constexpr int kSamples = 400;
  KeyedRandom random(seed, Stream::test);
  Eigen::MatrixXf mixing(inputs, inputs);
  for (Eigen::Index i = 0; i < mixing.size(); ++i) {
    mixing.data()[i] = static_cast<float>(random.normal());
  }
  Eigen::MatrixXf sources(inputs, kSamples);
  for (Eigen::Index i = 0; i < sources.size(); ++i) {
    sources.data()[i] = static_cast<float>(random.normal());
  }
  Drawn all;
  all.samples.inputs = SampleInputs(Eigen::MatrixXf(mixing * sources));
  all.samples.labels.assign(kSamples, 0);
  all.weights = Eigen::MatrixXf(neurons, inputs);
  for (Eigen::Index i = 0; i < all.weights.size(); ++i) {
    all.weights.data()[i] = static_cast<float>(random.normal());
  }
  return all;
}

/// The variance of the first layer's sums that a linear function of these inputs leaves, by least
/// squares over the samples, which shares nothing with the search.
double unexplained(const Drawn& d, const std::vector<std::int32_t>& inputs) {
  Eigen::MatrixXd x = d.samples.inputs.dense().cast<double>();
  x.colwise() -= x.rowwise().mean();
  const Eigen::MatrixXd sums = d.weights.cast<double>() * x;
  Eigen::MatrixXd some(static_cast<Eigen::Index>(inputs.size()), x.cols());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    some.row(static_cast<Eigen::Index>(i)) = x.row(inputs[i]);
  }
  const Eigen::MatrixXd factors =
      some.transpose().colPivHouseholderQr().solve(sums.transpose()).transpose();
  return (sums - factors * some).squaredNorm() / static_cast<double>(x.cols());
}

TEST(InformativeInputs, EachStepTakesTheInputThatLeavesLeast) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Drawn d = drawn(9, 4, seed);
    std::vector<std::int32_t> before;
    for (int count = 1; count <= 4; ++count) {
      const std::vector<std::int32_t> chosen = informative_inputs(d.samples, d.weights, count, "k");
      double least = 1e300;
      for (std::int32_t j = 0; j < 9; ++j) {
        if (std::find(before.begin(), before.end(), j) != before.end()) continue;
        std::vector<std::int32_t> tried = before;
        tried.push_back(j);
        least = std::min(least, unexplained(d, tried));
      }
      EXPECT_NEAR(unexplained(d, chosen), least, 1e-6 * least) << seed << " " << count;
      before = chosen;
    }
  }
}

TEST(InformativeInputs, TakesOneOfTwoThatSayTheSameAndNoConstant) {
  Drawn d = drawn(6, 3, 7);
  Eigen::MatrixXf x = d.samples.inputs.dense();
  x.row(1) = 2 * x.row(0);
  x.row(2).setConstant(3);
  d.samples.inputs = SampleInputs(std::move(x));
  const std::vector<std::int32_t> four = informative_inputs(d.samples, d.weights, 4, "k");
  EXPECT_NE(std::count(four.begin(), four.end(), 0), std::count(four.begin(), four.end(), 1));
  EXPECT_EQ(std::count(four.begin(), four.end(), 2), 0);
  try {
    informative_inputs(d.samples, d.weights, 5, "codesign.inputs");
    FAIL() << "five inputs of four";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("at most 4"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace minerva::codesign
