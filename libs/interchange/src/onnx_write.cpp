#include <onnx/onnx_pb.h>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/onnx.hpp"
#include "onnx_model.hpp"

namespace minerva {

std::string onnx_bytes(const Network& network) {
  check_network(network, "network");
  onnx::ModelProto model = onnx_model(network.topology());
  onnx::GraphProto& graph = *model.mutable_graph();
  std::string tensor = "input";
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    const DenseLayer& layer = network.layers[k];
    const std::string number = std::to_string(k);
    // n_out x n_in, column-major, is (n_in, n_out), row-major: the same bytes.
    add_floats(graph, "w" + number, {layer.weights.cols(), layer.weights.rows()},
               layer.weights.data());
    add_floats(graph, "b" + number, {layer.biases.size()}, layer.biases.data());
    const bool last = k + 1 == network.layers.size();
    const std::string sums = last ? "output" : "sums" + number;
    add_node(graph, "Gemm", "layer" + number, {tensor, "w" + number, "b" + number}, sums);
    tensor = "activations" + number;
    if (!last) add_node(graph, "Relu", "relu" + number, {sums}, tensor);
  }
  if (!network.trained_by.empty()) add_property(model, "trained_by", network.trained_by);
  return serialized(model);
}

}  // namespace minerva
