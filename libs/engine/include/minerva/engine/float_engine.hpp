#pragma once
#include <Eigen/Core>
#include <cstdint>

#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/network/network.hpp"

namespace minerva {

/// Output sums of the float network, outputs x samples. Each sum is added in the order of the
/// inputs, without fused operations, so its bits are the same on every machine and thread count.
Eigen::MatrixXf float_outputs(const Network& network, const SampleInputs& inputs, int threads = 1);
/// The same of a network of any layers; graph_float_outputs where it is no chain.
Eigen::MatrixXf float_outputs(const GraphNetwork& network, const SampleInputs& inputs,
                              int threads = 1);

/// Index of the largest output, the lowest on a tie, a sample.
std::vector<std::int32_t> classes_of(const Eigen::MatrixXf& outputs);
std::int64_t count_wrong(const std::vector<std::int32_t>& classes,
                         const std::vector<std::int32_t>& labels);
/// Wrong samples of the float network.
std::int64_t count_wrong(const Network& network, const Samples& samples, int threads = 1);
std::int64_t count_wrong(const GraphNetwork& network, const Samples& samples, int threads = 1);

}  // namespace minerva
