#pragma once
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/onnx.hpp"

// ONNX models that tests build node by node.
namespace minerva::test {

using Sizes = std::vector<std::int64_t>;

/// A model that grows node by node: input "x" (?, 3).
struct Model {
  onnx::ModelProto proto;
  onnx::GraphProto& graph = *proto.mutable_graph();

  Model() {
    proto.set_ir_version(7);
    proto.add_opset_import()->set_version(13);
    input("x", {-1, 3});
  }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  void input(const std::string& name, const Sizes& sizes) {
    auto* value = graph.add_input();
    value->set_name(name);
    auto* shape = value->mutable_type()->mutable_tensor_type()->mutable_shape();
    for (const std::int64_t size : sizes) {
      auto* dimension = shape->add_dim();
      if (size > 0) dimension->set_dim_value(size);
    }
  }
  void output(const std::string& name) { graph.add_output()->set_name(name); }
  onnx::TensorProto& constant(const std::string& name, const Sizes& sizes,
                              const std::vector<float>& values) {
    auto* tensor = graph.add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : sizes) tensor->add_dims(size);
    for (const float value : values) tensor->add_float_data(value);
    return *tensor;
  }
  void integers(const std::string& name, const Sizes& values) {
    auto* tensor = graph.add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::INT64);
    tensor->add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) tensor->add_int64_data(value);
  }
  onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                        const std::string& output) {
    auto* n = graph.add_node();
    n->set_op_type(op);
    n->set_name("the_" + output);
    for (const std::string& each : inputs) n->add_input(each);
    n->add_output(output);
    return *n;
  }
  /// Gemm from `from` of 3 inputs and 2 neurons, weights 1 .. 6 and biases 7, 8.
  onnx::NodeProto& gemm(const std::string& from, const std::string& to) {
    constant(to + "w", {3, 2}, {1, 2, 3, 4, 5, 6});
    constant(to + "b", {2}, {7, 8});
    return node("Gemm", {from, to + "w", to + "b"}, to);
  }
  void square_gemm(const std::string& from, const std::string& to) {
    constant(to + "w", {2, 2}, {1, 2, 3, 4});
    node("Gemm", {from, to + "w"}, to);
  }
  /// A constant of one number, or of a list, and a node that takes it as its second input.
  onnx::NodeProto& with(const std::string& op, const std::string& from,
                        const std::vector<float>& values, const std::string& to,
                        const Sizes& sizes = {}) {
    const Sizes list = {static_cast<std::int64_t>(values.size())};
    constant(to + "_c", sizes.empty() && values.size() > 1 ? list : sizes, values);
    return node(op, {from, to + "_c"}, to);
  }
  ImportedNetwork read() const { return read_onnx(proto.SerializeAsString(), "m.onnx"); }
  void refused(const std::string& reason) const {
    try {
      read();
      ADD_FAILURE() << "accepted, expected: " << reason;
    } catch (const UserError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("m.onnx", 0), 0U) << error.what();
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
};

inline void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}
inline void set_float(onnx::NodeProto& node, const std::string& name, float value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
}

inline std::vector<float> weights_of(const ImportedNetwork& imported, std::size_t k = 0) {
  const auto& w = imported.network.layers[k].weights;
  return {w.data(), w.data() + w.size()};
}
inline std::vector<float> biases_of(const ImportedNetwork& imported, std::size_t k = 0) {
  const auto& b = imported.network.layers[k].biases;
  return {b.data(), b.data() + b.size()};
}
using Floats = std::vector<float>;

}  // namespace minerva::test
