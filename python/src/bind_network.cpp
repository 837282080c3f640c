#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <filesystem>

#include "arrays.hpp"
#include "bindings.hpp"
#include "long_call.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/network/graph_text.hpp"
#include "wrapped.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

LoadedNetwork loaded(ImportedNetwork imported) {
  return {std::make_shared<const GraphNetwork>(std::move(imported.network)),
          std::move(imported.format), std::move(imported.notes), std::move(imported.plan)};
}

LoadedNetwork load_network(const std::string& path, const std::string& layout,
                           const std::string& topology) {
  const auto asked = parse_enum<WeightsLayout>(layout, "layout");
  return long_call([&] {
    std::error_code ignored;
    const bool is_run = std::filesystem::is_directory(path, ignored);
    return loaded(import_network(is_run ? path + "/network.safetensors" : path, asked, topology));
  });
}

using NamedArrays = std::vector<std::pair<std::string, py::array_t<float, py::array::c_style>>>;

LoadedNetwork network_of_arrays(const NamedArrays& arrays, const std::string& layout,
                                const std::string& topology) {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, array] : arrays) {
    NamedTensor tensor;
    tensor.name = name;
    tensor.shape.assign(array.shape(), array.shape() + array.ndim());
    tensor.values.assign(array.data(), array.data() + array.size());
    for (const float value : tensor.values) {
      if (!std::isfinite(value)) throw UserError("arrays: " + name, "", "needs finite numbers");
    }
    tensors.push_back(std::move(tensor));
  }
  ImportedNetwork imported = network_of_tensors(
      std::move(tensors), "arrays", parse_enum<WeightsLayout>(layout, "layout"), topology);
  assume_classifier(imported, topology);
  imported.format = "arrays";
  return loaded(std::move(imported));
}

void save_network(const LoadedNetwork& network, const std::string& path) {
  const GraphNetwork& numbers = *network.network;
  if (ends_with(path, ".safetensors")) {
    write_file(path, serialize_network(numbers));
  } else if (ends_with(path, ".npz")) {
    write_file(path, npz_bytes(numbers));
  } else if (ends_with(path, ".onnx")) {
    write_file(path, onnx_bytes(numbers));
  } else {
    throw UserError("path", path, "needs a name that ends in .safetensors, .npz or .onnx");
  }
}

py::list network_layers(const LoadedNetwork& network) {
  py::list layers;
  for (int k = 0; k < network.network->graph.layers(); ++k) {
    const LayerParameters& numbers = network.network->layers[static_cast<std::size_t>(k)];
    py::dict layer;
    layer["name"] = layer_text(network.network->graph.layer(k), k);
    layer["weights"] =
        view(numbers.weights.data(), {numbers.weights.rows(), numbers.weights.cols()},
             {1, numbers.weights.rows()}, network.network);
    layer["biases"] = view(numbers.biases.data(), {numbers.biases.size()}, {1}, network.network);
    layers.append(layer);
  }
  return layers;
}

}  // namespace

void bind_network(py::module_& module) {
  py::class_<LoadedNetwork>(module, "Network", "A trained network of floats, which never changes.")
      .def_property_readonly(
          "topology", [](const LoadedNetwork& n) { return network_text(n.network->graph); },
          "Its layers on one line, as '784-256-10' (docs/layers.md).")
      .def_property_readonly("inputs",
                             [](const LoadedNetwork& n) { return n.network->graph.inputs(); })
      .def_property_readonly("outputs",
                             [](const LoadedNetwork& n) { return n.network->graph.outputs(); })
      .def_property_readonly(
          "weight_count", [](const LoadedNetwork& n) { return n.network->graph.weight_count(); },
          "Weights without biases.")
      .def_property_readonly(
          "layers", network_layers,
          "A dict a layer: name, weights float32 (channels, fan-in) and biases float32 (channels), "
          "views; both are empty for pools.")
      .def_property_readonly(
          "format", [](const LoadedNetwork& n) { return n.format; },
          "The form of the file: safetensors, npz or ONNX.")
      .def_property_readonly(
          "notes", [](const LoadedNetwork& n) { return n.notes; },
          "What its reader left out, folded, turned, rounded or assumed.")
      .def_property_readonly(
          "plan_json",
          [](const LoadedNetwork& n) -> std::optional<std::string> {
            if (!n.plan) return std::nullopt;
            return plan_to_json(*n.plan);
          },
          "The formats of the file's Quant nodes as a text, or None.")
      .def_property_readonly(
          "sha256", [](const LoadedNetwork& n) { return numbers_sha256(*n.network); },
          "SHA-256 of weights and biases: equal for equal networks.")
      .def("save", save_network, py::arg("path"),
           "Writes the network as safetensors, npz or ONNX, by the end of the name.");
  module.def("load_network", load_network, py::arg("path"), py::arg("layout"), py::arg("topology"),
             "Reads a network file, or the network of a run directory.");
  module.def("network_of_arrays", network_of_arrays, py::arg("arrays"), py::arg("layout"),
             py::arg("topology"), "Makes a network of arrays with the names of a file.");
}

}  // namespace minerva::python
