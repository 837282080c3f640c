#pragma once
#include <Eigen/Core>
#include <cstdint>

#include "minerva/engine/fixed_engine.hpp"

namespace minerva::flow {

/// One set of samples with the evaluator that counts a network's errors on it again and again.
struct JudgedSet {
  JudgedSet(const Samples& from, const GraphNetwork& network, int threads);

  const Samples& samples;
  FixedEvaluator evaluator;
  std::int64_t wrong_float = 0;  ///< wrong samples of the float network

 private:
  JudgedSet(const Samples& from, const Eigen::MatrixXf& outputs, int threads);
};

}  // namespace minerva::flow
