#pragma once
#include <string>
#include <vector>

#include "minerva/network/graph_network.hpp"

namespace minerva::workloads {

/// A type of operation whose time the exported layers stand for, at least in part. Where layers of
/// one type are exported and others are not, their parts are those of the products or words that
/// they compute (assumption: their time is in proportion to it).
struct CoveredType {
  std::string type;      ///< of operation_types()
  double inference = 1;  ///< part of the type's time in inference
  double training = 1;   ///< part of the type's time in the forward pass of training
};

/// The layers of a workload that the lane machine runs.
struct ExportedNetwork {
  GraphNetwork network;
  std::vector<std::string> left_out;  ///< what the machine does not run, a sentence each
  std::vector<CoveredType> covered;
  /// Predictions of the network that one example of the workload takes: the frames of a recording,
  /// the words of a sentence, 1 elsewhere.
  double predictions_per_example = 1;
};

}  // namespace minerva::workloads
