#pragma once
#include <Eigen/Core>
#include <cstdint>
#include <utility>

#include "minerva/arithmetic/random.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/network/network.hpp"

namespace minerva {

/// A classifier that needs no training: synthetic clusters, a random projection, and an output
/// layer that names the nearest cluster centre. Its float error is a few percent.
struct ClusterProblem {
  Samples samples;
  Network network;
  Eigen::MatrixXf reference;
  std::int64_t float_wrong = 0;
};

/// @param scale of the first layer's weights; the second layer's are divided by it, which leaves
/// the float function as it is.
inline ClusterProblem cluster_problem(std::uint64_t seed, int samples = 400, float scale = 1) {
  constexpr int kInputs = 14;
  constexpr int kHidden = 18;
  constexpr int kClasses = 5;
  KeyedRandom random(seed, Stream::test, 99);
  const auto normal = [&](double deviation) {
    return static_cast<float>(deviation * random.normal());
  };
  Eigen::MatrixXf centres(kInputs, kClasses);
  for (Eigen::Index at = 0; at < centres.size(); ++at) {
    centres.data()[at] = random.below(2) == 0 ? 0.0F : static_cast<float>(random.uniform(0.2, 1));
  }
  ClusterProblem problem;
  problem.samples.inputs.dense().resize(kInputs, samples);
  for (int s = 0; s < samples; ++s) {
    const auto label = static_cast<std::int32_t>(random.below(kClasses));
    problem.samples.labels.push_back(label);
    for (int j = 0; j < kInputs; ++j) {
      const float x = centres(j, label) + normal(0.25);
      problem.samples.inputs.dense()(j, s) = x > 0 ? x : 0.0F;
    }
  }
  NetworkLayer project{Eigen::MatrixXf(kHidden, kInputs), Eigen::VectorXf(kHidden)};
  for (Eigen::Index at = 0; at < project.weights.size(); ++at) {
    project.weights.data()[at] = normal(0.4);
  }
  for (Eigen::Index at = 0; at < kHidden; ++at) project.biases[at] = normal(0.05);
  const Eigen::MatrixXf hidden =
      ((project.weights * centres).colwise() + project.biases).cwiseMax(0.0F);
  NetworkLayer nearest{hidden.transpose(), -0.5F * hidden.colwise().squaredNorm().transpose()};
  project.weights *= scale;
  project.biases *= scale;
  nearest.weights /= scale;
  problem.network.layers = {std::move(project), std::move(nearest)};
  problem.reference = float_outputs(problem.network, problem.samples.inputs);
  problem.float_wrong = count_wrong(classes_of(problem.reference), problem.samples.labels);
  return problem;
}

}  // namespace minerva
