#include "minerva/training/given_network.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva::training {
namespace {

constexpr double kUnlikely = 0.01;
constexpr double kRounding = 1e-6;  ///< of counts that were percentages, in samples

}  // namespace

GivenNetworkNoise judge_given_network(const TrainingNoise& noise, bool on_test,
                                      std::int64_t wrong) {
  expects(noise.runs.size() >= 2, "judge_given_network: a deviation needs two trainings");
  const auto samples = static_cast<double>(on_test ? noise.test_samples : noise.validation_samples);
  const double mean_percent = on_test ? noise.test_mean_percent() : noise.validation_mean_percent();
  const double sigma_percent =
      on_test ? noise.test_sigma_percent() : noise.validation_sigma_percent();
  const double error_percent = 100 * static_cast<double>(wrong) / samples;
  const double one_more = std::sqrt(1 + 1 / static_cast<double>(noise.runs.size()));
  const double reach_samples = 1 + kMostSigmasFromMean * one_more * sigma_percent * samples / 100;
  const double apart_samples = std::abs(static_cast<double>(wrong) - mean_percent * samples / 100);
  GivenNetworkNoise judged;
  judged.of_the_recipe = apart_samples <= reach_samples + kRounding;
  judged.text = "errs on " + number_text(error_percent, 4) + " % of the " +
                (on_test ? "test" : "validation") + " samples, where " +
                std::to_string(noise.runs.size()) +
                " trainings by the keys of this config err on " + number_text(mean_percent, 4) +
                " % with a sigma of " + number_text(sigma_percent, 3) + " points";
  return judged;
}

std::string doubt_about_validation(std::int64_t validation_wrong, std::int64_t validation_samples,
                                   std::int64_t test_wrong, std::int64_t test_samples) {
  if (validation_wrong > 0 || test_wrong == 0) return "";
  const double right = 1 - static_cast<double>(test_wrong) / static_cast<double>(test_samples);
  if (std::pow(right, static_cast<double>(validation_samples)) >= kUnlikely) return "";
  return "The given network has 0 wrong of " + std::to_string(validation_samples) +
         " validation samples and " + std::to_string(test_wrong) + " of " +
         std::to_string(test_samples) +
         " test samples: it may have been trained on the validation samples, and a budget that is "
         "spent on them is then not seen on others. data.validation_file names samples that it "
         "has not seen.";
}

}  // namespace minerva::training
