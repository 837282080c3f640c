#pragma once
#include <cstdint>
#include <vector>

namespace minerva {

/// Wrong samples of one training run.
struct SeedError {
  std::uint64_t seed = 0;
  std::int64_t validation_wrong = 0;
  std::int64_t test_wrong = 0;
};

/// Errors of the same hyperparameters under many seeds (book, Sec. 4.1.1 and Fig. 4.1).
struct TrainingNoise {
  std::vector<SeedError> runs;
  std::int64_t validation_samples = 0;
  std::int64_t test_samples = 0;

  double validation_mean_percent() const;
  double test_mean_percent() const;
  /// Sample deviation of the error in percentage points: one ITN.
  double validation_sigma_percent() const;
  double test_sigma_percent() const;
};

/// How far the unsafe stages may raise the error, in whole samples of one set:
/// wrong <= wrong_float + floor(samples * share * itn * sigma / 100).
struct ErrorBudget {
  double sigma_percent = 0;  ///< one ITN in percentage points
  double itn = 1;            ///< how many of them may be spent

  double percent() const { return itn * sigma_percent; }
  std::int64_t extra_samples(std::int64_t samples, double share = 1) const;
};

}  // namespace minerva
