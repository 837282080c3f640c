#pragma once
#include <cstdint>
#include <vector>

namespace minerva::workloads {

// One pass over the parameters each, as TensorFlow's fused operations make; LibTorch's own
// optimizers make about eight. The formulas are those of TensorFlow 0.8. Elements are independent,
// so the bits do not depend on the number of threads.

struct AdamConstants {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};
/// @param step from 1; @param first, second moments, 0 at the start
void apply_adam(float* values, const float* gradient, float* first, float* second,
                std::int64_t count, const AdamConstants& constants, std::int64_t step, int threads);

struct RmsPropConstants {
  double rate = 2.5e-4;
  double decay = 0.95;
  double epsilon = 0.01;
};
/// @param mean_square 1 at the start, as TensorFlow has it
void apply_rmsprop(float* values, const float* gradient, float* mean_square, std::int64_t count,
                   const RmsPropConstants& constants, int threads);

void apply_gradient_descent(float* values, const float* gradient, std::int64_t count, double rate,
                            int threads);

/// values[rows[i]] -= rate * gradient[i] for all rows i of `width` numbers, in their order: rows
/// that are named twice get both.
void apply_row_gradients(float* values, const std::int64_t* rows, const float* gradient,
                         std::int64_t count, std::int64_t width, double rate);

/// The sum of arrays, eight of them in a pass, as TensorFlow's AddN.
void add_all(const std::vector<const float*>& terms, float* sum, std::int64_t count, int threads);

}  // namespace minerva::workloads
