#include "minerva/training/given_network.hpp"

#include <gtest/gtest.h>

#include "minerva/base/errors.hpp"

namespace minerva::training {
namespace {

TrainingNoise noise_of(const std::vector<std::int64_t>& validation_wrong,
                       std::int64_t validation_samples, const std::vector<std::int64_t>& test_wrong,
                       std::int64_t test_samples) {
  TrainingNoise noise;
  noise.validation_samples = validation_samples;
  noise.test_samples = test_samples;
  for (std::size_t i = 0; i < validation_wrong.size(); ++i) {
    noise.runs.push_back({i, validation_wrong[i], test_wrong[i]});
  }
  return noise;
}

TEST(GivenNetwork, IsOfTheRecipeWithinThreeDeviationsOfTheMean) {
  // Mean 20, deviation 2 of 1,000 samples: 3 x 2 x sqrt(1 + 1 / 5) = 6.57 samples, and one more.
  const TrainingNoise noise = noise_of({18, 18, 20, 22, 22}, 1000, {100, 100, 100, 100, 100}, 2000);
  for (const std::int64_t wrong : {13, 16, 20, 25, 27}) {
    EXPECT_TRUE(judge_given_network(noise, false, wrong).of_the_recipe) << wrong;
  }
  for (const std::int64_t wrong : {0, 5, 12, 28, 60, 1000}) {
    const GivenNetworkNoise judged = judge_given_network(noise, false, wrong);
    EXPECT_FALSE(judged.of_the_recipe) << wrong;
    EXPECT_NE(judged.text.find("5 trainings by the keys of this config err on 2 % with a sigma of "
                               "0.2 points"),
              std::string::npos)
        << judged.text;
  }
}

TEST(GivenNetwork, TrainingsThatAllErrAlikeLeaveOneSample) {
  const TrainingNoise noise = noise_of({0, 0, 0}, 30, {3, 3, 3}, 30);
  EXPECT_TRUE(judge_given_network(noise, false, 0).of_the_recipe);
  EXPECT_TRUE(judge_given_network(noise, false, 1).of_the_recipe);
  EXPECT_FALSE(judge_given_network(noise, false, 2).of_the_recipe);
  EXPECT_TRUE(judge_given_network(noise, true, 2).of_the_recipe);
  EXPECT_TRUE(judge_given_network(noise, true, 4).of_the_recipe);
  EXPECT_FALSE(judge_given_network(noise, true, 5).of_the_recipe);
}

TEST(GivenNetwork, NeedsTwoTrainings) {
  EXPECT_THROW(judge_given_network(noise_of({3}, 30, {3}, 30), false, 3), ContractViolation);
}

TEST(GivenNetwork, NoErrorOnValidationIsASignWhereTheTestErrorSaysSo) {
  EXPECT_NE(doubt_about_validation(0, 188, 13, 188), "");
  EXPECT_NE(doubt_about_validation(0, 1000, 20, 1000), "");
  EXPECT_NE(doubt_about_validation(0, 100, 10, 100), "");
  // 0 of 30 is no wonder at 3 of 100; nor where the test samples make no error, either.
  EXPECT_EQ(doubt_about_validation(0, 30, 3, 100), "");
  EXPECT_EQ(doubt_about_validation(0, 188, 0, 188), "");
  EXPECT_EQ(doubt_about_validation(1, 1000, 200, 1000), "");
  EXPECT_EQ(doubt_about_validation(0, 1, 1, 1), doubt_about_validation(0, 1, 1, 1));
}

}  // namespace
}  // namespace minerva::training
