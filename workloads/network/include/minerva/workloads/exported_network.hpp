#pragma once
#include <Eigen/Core>
#include <string>
#include <vector>

#include "minerva/workloads/lane_network.hpp"
#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {

/// Why a workload has no export, as a sentence; empty: it has one.
std::string why_no_export(const std::string& workload, Variant variant);
/// The network of a workload that is set up. Throws UserError naming a workload without export.
ExportedNetwork exported_network(const Workload& workload);

/// What the exported network reads, inputs x predictions, channels last: the present examples of
/// the workload, or what the last infer_step computed of them where the network begins behind other
/// layers (memnet, seq2seq). At most `most_predictions` of them, spread over the examples.
Eigen::MatrixXf exported_inputs(const Workload& workload, std::int64_t most_predictions);

/// Examples x words (or channels x rows x columns) as columns of words, channels last.
Eigen::MatrixXf columns_of(const HostTensor& input, std::int64_t most);

}  // namespace minerva::workloads
