#include "onnx/onnx_model.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "minerva/base/errors.hpp"
#include "minerva/network/graph_text.hpp"
#include "onnx/graph_writer.hpp"

namespace minerva {
namespace {

// IR version 7 and operator set 13 are of ONNX 1.8 (2020): read by every runtime since.
constexpr std::int64_t kIrVersion = 7;
constexpr std::int64_t kOperatorSet = 13;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Tensor data are written as they lie in memory, lowest byte first."
#endif

void describe(onnx::ValueInfoProto& value, const std::string& name, const std::vector<int>& sizes) {
  value.set_name(name);
  auto* tensor = value.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  tensor->mutable_shape()->add_dim()->set_dim_param("batch");
  for (const int size : sizes) tensor->mutable_shape()->add_dim()->set_dim_value(size);
}

}  // namespace

onnx::ModelProto onnx_model(const LayerGraph& layers) {
  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("minerva");
  model.add_opset_import()->set_version(kOperatorSet);
  onnx::GraphProto& graph = *model.mutable_graph();
  const bool chain = layers.is_dense_chain();
  const TensorShape& in = layers.input();
  graph.set_name(chain ? to_string(layers.topology()) : to_string(layers));
  if (has_image_input(layers)) {
    describe(*graph.add_input(), "input", {in.channels, in.height, in.width});
  } else {
    describe(*graph.add_input(), "input", {layers.inputs()});
  }
  describe(*graph.add_output(), "output", {layers.outputs()});
  if (!chain) add_property(model, kNetworkProperty, to_string(layers));
  return model;
}

void add_integers(onnx::GraphProto& graph, const std::string& name,
                  const std::vector<std::int64_t>& values) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor.add_int64_data(value);
}

void add_floats(onnx::GraphProto& graph, const std::string& name,
                const std::vector<std::int64_t>& shape, const float* values) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  std::size_t count = 1;
  for (const std::int64_t size : shape) {
    tensor.add_dims(size);
    count *= static_cast<std::size_t>(size);
  }
  tensor.set_raw_data(values, count * sizeof(float));
}

void add_scalar(onnx::GraphProto& graph, const std::string& name, float value) {
  add_floats(graph, name, {}, &value);
}

onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& operator_name,
                          const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output) {
  onnx::NodeProto& node = *graph.add_node();
  node.set_op_type(operator_name);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

namespace {

onnx::AttributeProto& new_attribute(onnx::NodeProto& node, const char* name,
                                    onnx::AttributeProto::AttributeType type) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(type);
  return *attribute;
}

}  // namespace

void set_integer(onnx::NodeProto& node, const char* name, std::int64_t value) {
  new_attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}
void set_integers(onnx::NodeProto& node, const char* name,
                  const std::vector<std::int64_t>& values) {
  auto& attribute = new_attribute(node, name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}
void set_float(onnx::NodeProto& node, const char* name, float value) {
  new_attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}
void set_text(onnx::NodeProto& node, const char* name, const std::string& value) {
  new_attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}

void add_property(onnx::ModelProto& model, const std::string& key, const std::string& value) {
  auto* property = model.add_metadata_props();
  property->set_key(key);
  property->set_value(value);
}

std::string serialized(const onnx::ModelProto& model) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  {
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    expects(model.SerializeToCodedStream(&coded), "an ONNX model of more than 2 GiB");
  }
  return bytes;
}

}  // namespace minerva
