#include <onnx/onnx_pb.h>

#include "layer_dispatch.hpp"
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
    const std::string number = std::to_string(k);
    std::vector<std::string> read = {tensor};
    for (const LayerTensor& each : layer_tensors(network.layers[k], k)) {
      add_floats(graph, each.name, each.shape, each.values);
      read.push_back(each.name);
    }
    const bool last = k + 1 == network.layers.size();
    const std::string sums = last ? "output" : "sums" + number;
    add_node(graph, onnx_operator(network.layers[k].kind), "layer" + number, read, sums);
    tensor = "activations" + number;
    if (!last) add_node(graph, "Relu", "relu" + number, {sums}, tensor);
  }
  if (!network.trained_by.empty()) add_property(model, "trained_by", network.trained_by);
  return serialized(model);
}

}  // namespace minerva
