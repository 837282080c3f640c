#include "minerva/interchange/named_tensors.hpp"

namespace minerva {
namespace {

/// The graph with more channels in its last layer, before those that it has.
LayerGraph with_last_channels(const LayerGraph& graph, int channels) {
  LayerGraph changed(graph.input());
  for (int k = 0; k < graph.layers(); ++k) {
    GraphLayer layer = graph.layer(k);
    if (k + 1 == graph.layers()) {
      if (layer.added) layer.added.channel_offset += channels - layer.channels;
      layer.channels = channels;
    }
    changed.add(layer, "network");
  }
  check_graph(changed, "network");
  return changed;
}

}  // namespace

bool make_two_outputs(GraphNetwork& network) {
  const GraphLayer& end = network.graph.layer(network.graph.layers() - 1);
  if (network.graph.outputs() != 1 || !end.has_weights() || end.groups != 1) return false;
  LayerParameters& last = network.layers.back();
  Eigen::MatrixXf weights = Eigen::MatrixXf::Zero(2, last.weights.cols());
  Eigen::VectorXf biases = Eigen::VectorXf::Zero(2);
  weights.row(1) = last.weights.row(0);
  biases(1) = last.biases(0);
  last.weights = std::move(weights);
  last.biases = std::move(biases);
  network.graph = with_last_channels(network.graph, 2);
  return true;
}

void assume_classifier(ImportedNetwork& imported, const std::string& described) {
  imported.notes.push_back(
      described.empty()
          ? "the file has weights and no graph: taken as fully connected layers with ReLU between "
            "them and nothing behind the last; a network with other activations needs ONNX"
          : "the file has weights and no graph: its layers are those of " + described);
  if (make_two_outputs(imported.network)) {
    imported.notes.push_back(
        "the one output is taken as the sum before a sigmoid: two outputs, 0 and the sum; the "
        "class is 1 where the sum is above 0, and 0 at 0");
  }
}

}  // namespace minerva
