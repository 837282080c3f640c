#include "errors.hpp"

#include <exception>
#include <string>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/flow/run_context.hpp"

namespace py = pybind11;

namespace minerva::python {

void bind_errors(py::module_& module) {
  static const py::object user_error = py::reinterpret_steal<py::object>(PyErr_NewExceptionWithDoc(
      "minerva.UserError",
      "A mistake of the user, in the words of the line that the program prints: the key or file, "
      "its value, and what is allowed.",
      PyExc_ValueError, nullptr));
  static const py::object failure = py::reinterpret_steal<py::object>(PyErr_NewExceptionWithDoc(
      "minerva.ProgramFailure",
      "Something else than a mistake of the user: the models disagree, memory, files or processes "
      "ran out, or the program has a defect.",
      PyExc_RuntimeError, nullptr));
  module.attr("UserError") = user_error;
  module.attr("ProgramFailure") = failure;
  py::register_exception_translator([](std::exception_ptr thrown) {
    const auto raise = [](const py::object& type, const std::string& text) {
      PyErr_SetString(type.ptr(), printable(text, kWholeText).c_str());
    };
    try {
      std::rethrow_exception(std::move(thrown));
    } catch (const UserError& error) {
      raise(user_error, error.what());
    } catch (const flow::VerificationFailure& error) {
      raise(failure, std::string("the models of the accelerator disagree: ") + error.what());
    } catch (const ResourceFailure& error) {
      raise(failure, error.what());
    } catch (const ContractViolation& error) {
      raise(failure, std::string("internal error: ") + error.what());
    }
  });
  module.def(
      "user_error",
      [](const std::string& where, const std::string& value, const std::string& allowed) {
        throw UserError(where, value, allowed);
      },
      py::arg("where"), py::arg("value"), py::arg("allowed"),
      "Raises UserError with the words that the program has for such a mistake.");
}

}  // namespace minerva::python
