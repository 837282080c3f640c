#include "minerva/training/graph_training.hpp"

namespace minerva::training {

TrainedNetwork train_graph(const Dataset& data, const LayerGraph& graph,
                           const TrainingOptions& options, const Augmentation& augmentation,
                           int threads, const EpochProgress& progress) {
  TrainingOptions of_graph = options;
  of_graph.network = graph;
  of_graph.augmentation = augmentation;
  return train(data, of_graph, progress, threads);
}

}  // namespace minerva::training
