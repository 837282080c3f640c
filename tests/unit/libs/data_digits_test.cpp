#include <gtest/gtest.h>

#include <vector>

#include "minerva/data/digits.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {

TEST(Digits, AreTheSameAtOneAndTwoThreads) {
  const Samples one = generate_digits(3, DigitsPart::train, 300, 1);
  const Samples two = generate_digits(3, DigitsPart::train, 300, 2);
  EXPECT_EQ(one.labels, two.labels);
  EXPECT_TRUE(one.inputs.dense() == two.inputs.dense());
  // A sample does not depend on how many there are.
  const Samples few = generate_digits(3, DigitsPart::train, 7, 1);
  EXPECT_TRUE(few.inputs.dense() == one.inputs.dense().leftCols(7));
}

TEST(Digits, DifferBySeedAndPart) {
  const Samples base = generate_digits(3, DigitsPart::train, 50, 1);
  EXPECT_FALSE(base.inputs.dense() == generate_digits(4, DigitsPart::train, 50, 1).inputs.dense());
  EXPECT_FALSE(base.inputs.dense() == generate_digits(3, DigitsPart::test, 50, 1).inputs.dense());
}

TEST(Digits, AreInkOnEmptyPaper) {
  const Samples samples = generate_digits(1, DigitsPart::validation, 1000, 2);
  std::vector<int> of_class(10);
  for (const std::int32_t label : samples.labels) ++of_class.at(static_cast<std::size_t>(label));
  for (const int count : of_class) EXPECT_GT(count, 60);
  EXPECT_GE(samples.inputs.dense().minCoeff(), 0);
  EXPECT_LE(samples.inputs.dense().maxCoeff(), 1);
  const double ink = samples.inputs.dense().cast<double>().mean();
  EXPECT_GT(ink, 0.08);
  EXPECT_LT(ink, 0.25);
  for (Eigen::Index i = 0; i < samples.size(); ++i) {
    const double darkest = samples.inputs.dense().col(i).maxCoeff();
    EXPECT_GT(darkest, 0.4) << "sample " << i << " is blank";
  }
  const Eigen::MatrixXf levels = samples.inputs.dense() * 255.0F;
  EXPECT_LT((levels.array() - levels.array().round()).abs().maxCoeff(), 1e-4F);
}

TEST(Digits, DefaultSetHasItsSizes) {
  const Dataset data = load_dataset({}, 2);
  EXPECT_EQ(data.input_shape, (TensorShape{28, 28, 1}));
  EXPECT_EQ(data.inputs(), data.test.inputs.rows());
  EXPECT_EQ(data.train.size(), 8000);
  EXPECT_EQ(data.validation.size(), 4000);
  EXPECT_EQ(data.test.size(), 4000);
  DataOptions other;
  other.digits_seed = 2;
  other.train_samples = other.validation_samples = other.test_samples = 10;
  EXPECT_NE(load_dataset(other).checksum, data.checksum);
}

}  // namespace
}  // namespace minerva
