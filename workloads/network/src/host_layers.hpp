#pragma once
#include <string>
#include <vector>

#include "minerva/network/graph_network.hpp"
#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {

using Parameters = std::vector<HostTensor>;

/// The tensor of this name, which must be there.
const HostTensor& named(const Parameters& all, const std::string& name);
Eigen::VectorXf vector_of(const HostTensor& tensor);

/// Filters (out, in, row, column) with columns in the order row, column, channel.
LayerParameters of_filters(const HostTensor& filters, const Eigen::VectorXf& biases);
/// Weights (in, out) behind a tensor of so many channels, whose rows are in the order channel,
/// position; 1 channel: a vector.
LayerParameters of_dense(const HostTensor& weights, const Eigen::VectorXf& biases,
                         std::int64_t channels);
/// Weights (out, in).
LayerParameters of_rows(const HostTensor& weights, const Eigen::VectorXf& biases);

}  // namespace minerva::workloads
