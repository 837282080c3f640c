#include <onnx/onnx_pb.h>

#include "layer_dispatch.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/interchange/onnx.hpp"
#include "onnx/graph_writer.hpp"
#include "onnx/onnx_model.hpp"

namespace minerva {

std::string onnx_bytes(const Network& network) {
  check_network(network, "network");
  return onnx_bytes(graph_network(network));
}

std::string onnx_bytes(const GraphNetwork& network) {
  check_graph_network(network, "network");
  onnx::ModelProto model = onnx_model(network.graph);
  OnnxGraphWriter writer(*model.mutable_graph(), network.graph);
  for (int k = 0; k < network.graph.layers(); ++k) {
    const GraphLayer& layer = network.graph.layer(k);
    const LayerParameters& numbers = network.layers[static_cast<std::size_t>(k)];
    std::vector<std::string> read = {writer.read_tensor(k)};
    for (const LayerTensor& each :
         layer_tensors(layer, writer.in_onnx_order(k, numbers), static_cast<std::size_t>(k))) {
      add_floats(*model.mutable_graph(), each.name, each.shape, each.values.data());
      read.push_back(each.name);
    }
    writer.finish(k, writer.add_layer(k, onnx_operator(layer), read));
  }
  if (!network.trained_by.empty()) add_property(model, "trained_by", network.trained_by);
  return serialized(model);
}

}  // namespace minerva
