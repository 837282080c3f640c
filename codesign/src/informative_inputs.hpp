#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"

namespace minerva::codesign {

/// Inputs that are looked at together at most: their covariance is held as a matrix.
constexpr int kMostCovarianceInputs = 4096;
/// Training samples that the covariance is taken over, at most.
constexpr int kCovarianceSamples = 20000;

/// The `count` inputs from which the sums of a trained first layer are known best, ascending: one
/// after the other, each time the input that explains most of what is left of the variance of all
/// sums once everything that is linear in the inputs before it has been taken away (orthogonal
/// forward selection). Neighbours that say the same are therefore not both taken. Of more than
/// kMostCovarianceInputs inputs, those that contribute the most variance one by one are looked at.
/// @param weights neurons x inputs of the first layer
/// Throws UserError naming `key` for a count above the inputs that carry any information.
std::vector<std::int32_t> informative_inputs(const Samples& samples, const Eigen::MatrixXf& weights,
                                             int count, const std::string& key);

}  // namespace minerva::codesign
