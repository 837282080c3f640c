#include "minerva/design/training_noise.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/statistics/statistics.hpp"

namespace minerva {
namespace {
std::vector<double> percents(const TrainingNoise& noise, std::int64_t SeedError::*wrong,
                             std::int64_t samples) {
  expects(samples > 0 && !noise.runs.empty(), "training noise of no runs or no samples");
  std::vector<double> errors;
  for (const SeedError& run : noise.runs) {
    errors.push_back(100.0 * static_cast<double>(run.*wrong) / static_cast<double>(samples));
  }
  return errors;
}
}  // namespace

double TrainingNoise::validation_mean_percent() const {
  return mean(percents(*this, &SeedError::validation_wrong, validation_samples));
}
double TrainingNoise::test_mean_percent() const {
  return mean(percents(*this, &SeedError::test_wrong, test_samples));
}
double TrainingNoise::validation_sigma_percent() const {
  return sample_deviation(percents(*this, &SeedError::validation_wrong, validation_samples));
}
double TrainingNoise::test_sigma_percent() const {
  return sample_deviation(percents(*this, &SeedError::test_wrong, test_samples));
}

std::int64_t ErrorBudget::extra_samples(std::int64_t samples, double share) const {
  // The small addend keeps 0.14 % of 10,000 at 14 samples, not 13, when the product rounds down.
  const double extra = static_cast<double>(samples) * share * percent() / 100.0;
  return static_cast<std::int64_t>(std::floor(extra + 1e-9));
}

}  // namespace minerva
