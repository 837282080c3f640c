#pragma once
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// The layers that these options train on this data set: the hidden ones of the options between the
/// data's inputs and its classes. Unchecked: check_topology judges it.
Topology topology_of(const TrainingOptions& options, const Dataset& data);
/// The neurons of the hidden layers, as the key training.hidden lists them.
std::vector<int> hidden_of(const Topology& topology);

}  // namespace minerva::training
