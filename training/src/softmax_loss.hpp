#pragma once
#include <algorithm>
#include <cstdint>

#include "minerva/arithmetic/portable_math.hpp"
#include "product_kernels.hpp"

namespace minerva::training {

/// The cross-entropy of one sample, in nats, and its derivatives: delta = share * (softmax - 1 at
/// the label).
template <class Scalar>
double softmax_loss(const Scalar* sums, int rows, std::int32_t label, Scalar share, Scalar* delta) {
  const Scalar largest = *std::max_element(sums, sums + rows);
  kernels::exponentials(sums, rows, largest, delta);
  Scalar total = 0;
  for (int r = 0; r < rows; ++r) total += delta[r];
  const double loss =
      portable_log(static_cast<double>(total)) - static_cast<double>(sums[label] - largest);
  const Scalar scale = share / total;
  for (int r = 0; r < rows; ++r) delta[r] *= scale;
  delta[label] -= share;
  return loss;
}

}  // namespace minerva::training
