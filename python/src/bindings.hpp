#pragma once
#include <pybind11/pybind11.h>

// One function for each topic; each adds its classes and functions to the module.
namespace minerva::python {

void bind_data(pybind11::module_& module);
void bind_network(pybind11::module_& module);
void bind_technology(pybind11::module_& module);
void bind_design(pybind11::module_& module);
void bind_evaluation(pybind11::module_& module);
void bind_estimate(pybind11::module_& module);
void bind_exploration(pybind11::module_& module);
void bind_run(pybind11::module_& module);

}  // namespace minerva::python
