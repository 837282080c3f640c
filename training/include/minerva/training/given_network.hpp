#pragma once
#include <cstdint>
#include <string>

#include "minerva/design/training_noise.hpp"

namespace minerva::training {

/// Most standard deviations that a network of a recipe errs beside the mean of its trainings.
/// Assumption: all but 3 in 1,000 of a normal distribution.
constexpr double kMostSigmasFromMean = 3;

/// Whether a network that was not trained here is one that the trainings of a noise could be.
struct GivenNetworkNoise {
  bool of_the_recipe = true;
  std::string text;  ///< the errors of both, for messages
};

/// A network is of the recipe when its wrong samples lie within kMostSigmasFromMean standard
/// deviations of the mean over the trainings, and one sample more: errors are counted in whole
/// samples, and few trainings may all err alike. The deviation is that of one more training beside
/// n others, sigma sqrt(1 + 1 / n).
/// @param on_test of the test samples, else of the validation samples; @param wrong of the network.
GivenNetworkNoise judge_given_network(const TrainingNoise& noise, bool on_test, std::int64_t wrong);

/// Says that validation samples may have been trained on, where a network that was trained
/// elsewhere makes no error on them that its errors on the test samples would let it make with a
/// probability below 1 %; empty: there is no sign of it.
std::string doubt_about_validation(std::int64_t validation_wrong, std::int64_t validation_samples,
                                   std::int64_t test_wrong, std::int64_t test_samples);

}  // namespace minerva::training
