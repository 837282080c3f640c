#include "optimizer_kernels.hpp"

#include <algorithm>
#include <cmath>

namespace minerva::workloads {

void apply_adam(float* values, const float* gradient, float* first, float* second,
                std::int64_t count, const AdamConstants& constants, std::int64_t step,
                int threads) {
  const auto t = static_cast<double>(step);
  const auto rate =
      static_cast<float>(constants.rate * std::sqrt(1 - std::pow(constants.beta2, t)) /
                         (1 - std::pow(constants.beta1, t)));
  const auto keep1 = static_cast<float>(constants.beta1);
  const auto keep2 = static_cast<float>(constants.beta2);
  const auto new1 = static_cast<float>(1 - constants.beta1);
  const auto new2 = static_cast<float>(1 - constants.beta2);
  const auto epsilon = static_cast<float>(constants.epsilon);
#pragma omp parallel for simd num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float m = keep1 * first[i] + new1 * g;
    const float v = keep2 * second[i] + new2 * g * g;
    first[i] = m;
    second[i] = v;
    values[i] -= rate * m / (std::sqrt(v) + epsilon);
  }
}

void apply_rmsprop(float* values, const float* gradient, float* mean_square, std::int64_t count,
                   const RmsPropConstants& constants, int threads) {
  const auto rate = static_cast<float>(constants.rate);
  const auto keep = static_cast<float>(constants.decay);
  const auto fresh = static_cast<float>(1 - constants.decay);
  const auto epsilon = static_cast<float>(constants.epsilon);
#pragma omp parallel for simd num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float square = keep * mean_square[i] + fresh * g * g;
    mean_square[i] = square;
    values[i] -= rate * g / std::sqrt(square + epsilon);
  }
}

void apply_gradient_descent(float* values, const float* gradient, std::int64_t count, double rate,
                            int threads) {
  const auto factor = static_cast<float>(rate);
#pragma omp parallel for simd num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < count; ++i) values[i] -= factor * gradient[i];
}

void apply_row_gradients(float* values, const std::int64_t* rows, const float* gradient,
                         std::int64_t count, std::int64_t width, double rate) {
  const auto factor = static_cast<float>(rate);
  for (std::int64_t i = 0; i < count; ++i) {
    float* row = values + rows[i] * width;
    for (std::int64_t j = 0; j < width; ++j) row[j] -= factor * gradient[i * width + j];
  }
}

namespace {

/// Adds kTerms arrays to a sum, or begins the sum with them.
template <int kTerms>
void add_terms(const float* const* terms, bool begins, float* sum, std::int64_t count,
               int threads) {
#pragma omp parallel for simd num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < count; ++i) {
    float total = begins ? 0.0F : sum[i];
    for (int k = 0; k < kTerms; ++k) total += terms[k][i];
    sum[i] = total;
  }
}

}  // namespace

void add_all(const std::vector<const float*>& terms, float* sum, std::int64_t count, int threads) {
  constexpr std::size_t kPass = 8;
  for (std::size_t first = 0; first < terms.size(); first += kPass) {
    const float* const* from = terms.data() + first;
    const bool begins = first == 0;
    switch (std::min(kPass, terms.size() - first)) {
      case 1:
        add_terms<1>(from, begins, sum, count, threads);
        break;
      case 2:
        add_terms<2>(from, begins, sum, count, threads);
        break;
      case 3:
        add_terms<3>(from, begins, sum, count, threads);
        break;
      case 4:
        add_terms<4>(from, begins, sum, count, threads);
        break;
      case 5:
        add_terms<5>(from, begins, sum, count, threads);
        break;
      case 6:
        add_terms<6>(from, begins, sum, count, threads);
        break;
      case 7:
        add_terms<7>(from, begins, sum, count, threads);
        break;
      default:
        add_terms<8>(from, begins, sum, count, threads);
    }
  }
}

}  // namespace minerva::workloads
