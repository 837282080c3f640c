#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/training/gradient.hpp"
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

/// The loss of one sample that also learns a teacher's outputs, and its derivatives, of which each
/// sample has a `weight`: (1 - share) cross-entropy with the label + share T^2 KL(teacher || own),
/// both softmaxes of the second at temperature T.
inline double distilled_loss(const float* sums, int rows, std::int32_t label,
                             const TeacherOutputs& teacher, const float* teacher_sums, float weight,
                             float* delta) {
  const auto share = static_cast<float>(teacher.share);
  const double hard = softmax_loss(sums, rows, label, weight * (1 - share), delta);
  const auto temperature = static_cast<float>(teacher.temperature);
  const auto softmax = [&](const float* from, std::vector<float>& scaled, std::vector<float>& to) {
    for (int r = 0; r < rows; ++r) scaled[static_cast<std::size_t>(r)] = from[r] / temperature;
    const float largest = *std::max_element(scaled.begin(), scaled.end());
    kernels::exponentials(scaled.data(), rows, largest, to.data());
    float total = 0;
    for (const float e : to) total += e;
    for (float& e : to) e /= total;
    // log of a probability: its scaled sum less this.
    return static_cast<double>(largest) + portable_log(static_cast<double>(total));
  };
  const auto size = static_cast<std::size_t>(rows);
  std::vector<float> own_scaled(size);
  std::vector<float> own(size);
  std::vector<float> wanted_scaled(size);
  std::vector<float> wanted(size);
  const double own_log = softmax(sums, own_scaled, own);
  const double wanted_log = softmax(teacher_sums, wanted_scaled, wanted);
  double divergence = 0;
  const float scale = weight * share * temperature;
  for (std::size_t r = 0; r < size; ++r) {
    divergence +=
        static_cast<double>(wanted[r]) * ((static_cast<double>(wanted_scaled[r]) - wanted_log) -
                                          (static_cast<double>(own_scaled[r]) - own_log));
    delta[r] += scale * (own[r] - wanted[r]);
  }
  return (1 - teacher.share) * hard +
         teacher.share * teacher.temperature * teacher.temperature * divergence;
}

}  // namespace minerva::training
