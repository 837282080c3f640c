#pragma once
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/training/augmentation.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/trainer.hpp"

namespace minerva::training {

/// A trained network of any layers.
struct TrainedGraph {
  GraphNetwork network;
  std::vector<EpochRecord> history;
  int best_epoch = 0;  ///< as TrainedNetwork
};

/// Trains a graph by the recipe of `options`, whose `hidden` is not used: optimizer, schedule,
/// shuffles, patience and seeds are those of `train`. The same data, graph and options give the
/// same bits at any number of threads. Throws UserError for options out of range or that a graph
/// does not have (faults, dropped inputs), for data that do not fit, and TrainingDiverged.
TrainedGraph train_graph(const Dataset& data, const LayerGraph& graph,
                         const TrainingOptions& options, const Augmentation& augmentation = {},
                         int threads = 1, const EpochProgress& progress = {});

/// The whole recipe on one line.
std::string describe(const TrainingOptions& options, const LayerGraph& graph,
                     const Augmentation& augmentation);

}  // namespace minerva::training
