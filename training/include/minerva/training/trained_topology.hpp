#pragma once
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// Whether these options train layers of other kinds than the fully connected ones of `hidden`.
inline bool trains_graph(const TrainingOptions& options) { return options.network.layers() > 0; }
/// The fully connected layers that these options train on this data set: the hidden ones of the
/// options between the data's inputs and its classes. Unchecked: check_topology judges it.
Topology topology_of(const TrainingOptions& options, const Dataset& data);
/// The layers that these options train, of any kind. Unchecked: check_fits judges them.
LayerGraph graph_of(const TrainingOptions& options, const Dataset& data);
/// Weights and biases of these layers.
std::size_t parameter_count(const TrainingOptions& options, const Dataset& data);
/// The recipe on one line, with the layers of graph_of.
std::string recipe_of(const TrainingOptions& options, const Dataset& data);
/// The neurons of the hidden layers, as the key training.hidden lists them.
std::vector<int> hidden_of(const Topology& topology);
/// The options that train the same layers as a network at hand: its hidden ones, or all.
void take_layers(const LayerGraph& graph, TrainingOptions& options);

}  // namespace minerva::training
