#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "errors.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/flow/provenance.hpp"
#include "minerva/run/logging.hpp"

namespace py = pybind11;

PYBIND11_MODULE(_core, module) {
  module.doc() = "Bindings of minerva's libraries; the package around them is what users import.";
  // A library does not write to standard error: notes are members of the results.
  minerva::set_log_level(minerva::LogLevel::quiet);
  module.attr("__version__") = minerva::flow::program_version();
  module.def("seek_shipped_files_in", &minerva::seek_shipped_files_in, py::arg("folder"),
             "Says where configs and technologies were installed that come with the package.");
  module.def("find_shipped_file", &minerva::find_shipped_file, py::arg("name"),
             py::arg("beside") = "",
             "The path of a config or technology that comes with the program, or `name`.");
  minerva::python::bind_errors(module);
  minerva::python::bind_data(module);
  minerva::python::bind_network(module);
  minerva::python::bind_technology(module);
  minerva::python::bind_design(module);
  minerva::python::bind_evaluation(module);
  minerva::python::bind_estimate(module);
  minerva::python::bind_exploration(module);
  minerva::python::bind_run(module);
}
