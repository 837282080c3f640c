#pragma once
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "minerva/network/topology.hpp"

namespace minerva {

/// A model without nodes: input "input" (batch, n_in), output "output" (batch, n_out), float32.
onnx::ModelProto onnx_model(const Topology& topology);
/// An initializer of float32, row-major.
void add_floats(onnx::GraphProto& graph, const std::string& name,
                const std::vector<std::int64_t>& shape, const float* values);
void add_scalar(onnx::GraphProto& graph, const std::string& name, float value);
onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& operator_name,
                          const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output);
void add_property(onnx::ModelProto& model, const std::string& key, const std::string& value);
/// The model's bytes: equal models give equal bytes.
std::string serialized(const onnx::ModelProto& model);

}  // namespace minerva
