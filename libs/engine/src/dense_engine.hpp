#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "minerva/engine/fixed_engine.hpp"

namespace minerva {

/// FixedEvaluator of chains of dense layers: a sample at a time, vectors of neurons, sums of what
/// was seen before and of a base. Layers must be those of a chain.
class DenseEvaluator {
 public:
  DenseEvaluator(const Samples& samples, Eigen::MatrixXf float_reference, int threads,
                 ErrorMeasure measure = {});
  ~DenseEvaluator();
  DenseEvaluator(const DenseEvaluator&) = delete;
  DenseEvaluator& operator=(const DenseEvaluator&) = delete;

  FixedEvaluation evaluate(const QuantizedLayers& network, int chunk);
  Judgement judge(const QuantizedLayers& network, std::int64_t most_wrong, int chunk);
  void prepare_base(const QuantizedLayers& base);
  std::vector<CodeHistogram> code_histogram(const QuantizedLayers& network);
  std::vector<ActivityProfile> activity_of_each(const QuantizedLayers& network, int chunk);
  KeptInputs kept_inputs(const QuantizedLayers& network);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace minerva
