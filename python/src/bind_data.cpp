#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstring>

#include "arrays.hpp"
#include "bindings.hpp"
#include "long_call.hpp"
#include "minerva/base/errors.hpp"
#include "settings_of_call.hpp"
#include "wrapped.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

using FloatRows = py::array_t<float, py::array::c_style>;
using Labels = py::array_t<std::int32_t, py::array::c_style>;

/// A row a sample of C-ordered floats is a column a sample of a matrix as the libraries have it.
SampleSet samples_of_arrays(const FloatRows& inputs, const std::optional<Labels>& labels) {
  expects(inputs.ndim() == 2 && (!labels || labels->ndim() == 1), "samples: other dimensions");
  Samples samples;
  Eigen::MatrixXf values(inputs.shape(1), inputs.shape(0));
  std::memcpy(values.data(), inputs.data(), static_cast<std::size_t>(inputs.nbytes()));
  if (!values.allFinite()) throw UserError("inputs", "", "needs finite numbers");
  samples.inputs = std::move(values);
  if (labels) {
    if (labels->size() != inputs.shape(0)) {
      throw UserError("labels", std::to_string(labels->size()) + " labels",
                      "needs " + std::to_string(inputs.shape(0)) + ", one a sample");
    }
    samples.labels.assign(labels->data(), labels->data() + labels->size());
    for (const std::int32_t label : samples.labels) {
      if (label < 0) throw UserError("labels", std::to_string(label), "needs classes from 0 on");
    }
  }
  return {std::make_shared<const Samples>(std::move(samples))};
}

py::object inputs_of(const SampleSet& set) {
  const SampleInputs& inputs = set.samples->inputs;
  if (inputs.is_sparse()) {
    throw UserError("inputs", "sparse", "are not made dense; csr has their arrays");
  }
  return view(inputs.dense().data(), {inputs.cols(), inputs.rows()}, {inputs.rows(), 1},
              set.samples);
}

py::tuple csr_of(const SampleSet& set) {
  const SampleInputs& inputs = set.samples->inputs;
  if (!inputs.is_sparse()) throw UserError("csr", "dense", "is of sparse inputs alone");
  const SparseInputs& sparse = inputs.sparse();
  return py::make_tuple(view(sparse.valuePtr(), {sparse.nonZeros()}, {1}, set.samples),
                        view(sparse.innerIndexPtr(), {sparse.nonZeros()}, {1}, set.samples),
                        view(sparse.outerIndexPtr(), {sparse.outerSize() + 1}, {1}, set.samples));
}

SampleSet part_of(const LoadedData& data, const Samples& part) {
  return {std::shared_ptr<const Samples>(data.set, &part)};
}

}  // namespace

void bind_data(py::module_& module) {
  py::class_<SampleSet>(module, "Samples",
                        "Labelled samples as the libraries hold them. Arrays over them copy "
                        "nothing and cannot be written to.")
      .def_property_readonly(
          "inputs", inputs_of,
          "float32 (samples, inputs), a view. Raises UserError for sparse inputs, which `csr` has.")
      .def_property_readonly("csr", csr_of,
                             "Sparse inputs as the arrays data, indices and indptr of "
                             "scipy.sparse.csr_matrix, views of shape (samples, inputs).")
      .def_property_readonly("is_sparse",
                             [](const SampleSet& set) { return set.samples->inputs.is_sparse(); })
      .def_property_readonly(
          "labels", [](const SampleSet& set) { return view(set.samples->labels, set.samples); },
          "int32 (samples), the classes, a view; empty where they are not known.")
      .def_property_readonly(
          "input_count", [](const SampleSet& set) { return set.samples->inputs.rows(); },
          "Inputs of one sample.")
      .def(
          "head",
          [](const SampleSet& set, std::int64_t count) {
            if (count < 1) throw UserError("count", std::to_string(count), "needs 1 or more");
            return SampleSet{std::make_shared<const Samples>(set.samples->head(count))};
          },
          py::arg("count"), "The first `count` samples, a copy; all where there are fewer.")
      .def("__len__", [](const SampleSet& set) { return set.samples->size(); });
  module.def("samples_of_arrays", samples_of_arrays, py::arg("inputs"), py::arg("labels"),
             "Copies arrays once into samples.");

  py::class_<LoadedData>(module, "Dataset", "A data set, split into three parts.")
      .def_property_readonly("name", [](const LoadedData& d) { return d.set->name; })
      .def_property_readonly(
          "classes", [](const LoadedData& d) { return d.set->classes; },
          "Outputs of a network for the set.")
      .def_property_readonly(
          "input_shape",
          [](const LoadedData& d) {
            const TensorShape& shape = d.set->input_shape;
            return py::make_tuple(shape.height, shape.width, shape.channels);
          },
          "Rows, columns and channels of a sample.")
      .def_property_readonly("class_names", [](const LoadedData& d) { return d.set->class_names; })
      .def_property_readonly("input_names", [](const LoadedData& d) { return d.set->input_names; })
      .def_property_readonly(
          "notes", [](const LoadedData& d) { return d.set->notes; },
          "What was found or assumed about the files, a line each.")
      .def_property_readonly("source", [](const LoadedData& d) { return d.set->source; })
      .def_property_readonly(
          "recipe", [](const LoadedData& d) { return d.set->recipe; },
          "How samples were made of the source.")
      .def_property_readonly(
          "checksum", [](const LoadedData& d) { return d.set->checksum; },
          "SHA-256 of the files or of the generator's key.")
      .def_property_readonly("train", [](const LoadedData& d) { return part_of(d, d.set->train); })
      .def_property_readonly("validation",
                             [](const LoadedData& d) { return part_of(d, d.set->validation); })
      .def_property_readonly("test", [](const LoadedData& d) { return part_of(d, d.set->test); });
  module.def(
      "load_data",
      [](const std::string& config, const KeyValues& keys) {
        return long_call([&] {
          const auto context = context_of(config, keys);
          return LoadedData{std::shared_ptr<const Dataset>(context, &context->data())};
        });
      },
      py::arg("config"), py::arg("keys"), "The data set of a config.");
}

}  // namespace minerva::python
