#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

bool make_two_outputs(Network& network) {
  NetworkLayer& last = network.layers.back();
  if (last.biases.size() != 1) return false;
  Eigen::MatrixXf weights = Eigen::MatrixXf::Zero(2, last.weights.cols());
  Eigen::VectorXf biases = Eigen::VectorXf::Zero(2);
  weights.row(1) = last.weights.row(0);
  biases(1) = last.biases(0);
  last.weights = std::move(weights);
  last.biases = std::move(biases);
  return true;
}

void assume_classifier(ImportedNetwork& imported) {
  imported.notes.push_back(
      "the file has weights and no graph: taken as fully connected layers with ReLU between them "
      "and nothing behind the last; a network with other activations needs ONNX");
  if (make_two_outputs(imported.network)) {
    imported.notes.push_back(
        "the one output is taken as the sum before a sigmoid: two outputs, 0 and the sum; the "
        "class is 1 where the sum is above 0, and 0 at 0");
  }
}

}  // namespace minerva
