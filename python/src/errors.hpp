#pragma once
#include <pybind11/pybind11.h>

namespace minerva::python {

/// Adds UserError, ProgramFailure and what raises them, and translates the exceptions of the
/// libraries.
void bind_errors(pybind11::module_& module);

}  // namespace minerva::python
