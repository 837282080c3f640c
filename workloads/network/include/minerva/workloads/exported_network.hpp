#pragma once
#include <Eigen/Core>
#include <string>
#include <vector>

#include "minerva/network/graph_network.hpp"
#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {

/// The layers of a workload that the lane machine runs.
struct ExportedNetwork {
  GraphNetwork network;
  std::vector<std::string> left_out;  ///< what the machine does not run, a sentence each
  /// Types of operation that the network stands for; the share of the time of the others is that of
  /// what is left out.
  std::vector<std::string> covered_types;
};

/// Whether there is an export: alexnet, autoenc and deepq.
bool can_be_exported(const std::string& workload);
/// The network of a workload that is set up. Throws UserError naming a workload without export.
ExportedNetwork exported_network(const Workload& workload);

/// The present examples of the workload as inputs of the exported network: inputs x examples,
/// channels last. At most `most_examples` of them.
Eigen::MatrixXf exported_inputs(const Workload& workload, std::int64_t most_examples);

/// Zeros among the outputs of every layer with weights that has a ReLU.
struct LayerZeros {
  std::string layer;        ///< as on the line of docs/layers.md, "c64k11s4"
  double outputs_zero = 0;  ///< share
  bool relu = false;
};
std::vector<LayerZeros> measured_zeros(const GraphNetwork& network, const Eigen::MatrixXf& inputs,
                                       int threads);

}  // namespace minerva::workloads
