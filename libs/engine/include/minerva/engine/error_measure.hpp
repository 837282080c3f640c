#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <memory>

namespace minerva {

/// Units of a squared error: an error of 1 is so many whole units.
inline constexpr std::int64_t kSquaredErrorUnits = 1024;

/// What the error of a network on a set of samples is. It is a whole number, summed over samples,
/// so that it has the same bits in any order and a bound on it may be held against the sum so far.
///
/// Without targets the error of a sample is 1 where its class is not its label: wrong samples. With
/// targets, for networks that give values and not classes, it is half the squared distance of its
/// outputs from its target, in units of 1 / kSquaredErrorUnits, rounded half up; the divergence
/// from the reference outputs is then half the squared distance from those.
struct ErrorMeasure {
  /// outputs x samples; null: classes are compared with labels.
  std::shared_ptr<const Eigen::MatrixXf> targets;
};

/// Error of float outputs (outputs x samples) by their targets of the same shape, in those units.
std::int64_t squared_error_units(const Eigen::MatrixXf& outputs, const Eigen::MatrixXf& targets);

}  // namespace minerva
