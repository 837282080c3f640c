#include "minerva/flow/judged_set.hpp"

#include "minerva/engine/float_engine.hpp"

namespace minerva::flow {

JudgedSet::JudgedSet(const Samples& from, const GraphNetwork& network, int threads)
    : JudgedSet(from, float_outputs(network, from.inputs, threads), threads) {}

JudgedSet::JudgedSet(const Samples& from, const Eigen::MatrixXf& outputs, int threads)
    : samples(from),
      evaluator(from, outputs, threads),
      wrong_float(count_wrong(classes_of(outputs), from.labels)) {}

}  // namespace minerva::flow
