#pragma once
#include "minerva/data/dataset.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/training/augmentation.hpp"
#include "minerva/training/options.hpp"
#include "minerva/training/trainer.hpp"

namespace minerva::training {

/// Trains a graph by the recipe of `options`, whose own layers and augmentation are not used: the
/// same as `train` with options.network and options.augmentation. The same data, graph and options
/// give the same bits at any number of threads.
TrainedNetwork train_graph(const Dataset& data, const LayerGraph& graph,
                           const TrainingOptions& options, const Augmentation& augmentation = {},
                           int threads = 1, const EpochProgress& progress = {});

}  // namespace minerva::training
