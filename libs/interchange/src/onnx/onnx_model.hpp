#pragma once
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "minerva/network/layer_graph.hpp"

namespace minerva {

/// Of a model's metadata: the network on one line, unless it is a chain of dense layers.
constexpr const char* kNetworkProperty = "minerva_network";

/// A model without nodes: input "input", (batch, channels, rows, columns) or, of a vector and of a
/// chain of dense layers, (batch, words); output "output" (batch, n_out), float32.
onnx::ModelProto onnx_model(const LayerGraph& graph);
/// A list of integers, as shapes and axes are.
void add_integers(onnx::GraphProto& graph, const std::string& name,
                  const std::vector<std::int64_t>& values);
/// An initializer of float32, row-major.
void add_floats(onnx::GraphProto& graph, const std::string& name,
                const std::vector<std::int64_t>& shape, const float* values);
void add_scalar(onnx::GraphProto& graph, const std::string& name, float value);
onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& operator_name,
                          const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output);
void add_property(onnx::ModelProto& model, const std::string& key, const std::string& value);
void set_integer(onnx::NodeProto& node, const char* name, std::int64_t value);
void set_integers(onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values);
void set_float(onnx::NodeProto& node, const char* name, float value);
void set_text(onnx::NodeProto& node, const char* name, const std::string& value);
/// The model's bytes: equal models give equal bytes.
std::string serialized(const onnx::ModelProto& model);

}  // namespace minerva
