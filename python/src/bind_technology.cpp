#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/flow/run_options.hpp"
#include "settings_of_call.hpp"
#include "wrapped.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

LoadedTechnology load_technology(const std::string& path, const KeyValues& rows) {
  std::vector<RowOverride> overrides;
  Settings settings;
  flow::add_technology_rows(settings, overrides);
  KeyValues keys;
  for (const auto& [row, value] : rows) keys["tech." + row] = value;
  apply_keys(settings, keys);
  const std::string file = find_technology_file(path, "");
  return {std::make_shared<const Technology>(read_technology(file, overrides)), file, rows};
}

py::list rows_of(const LoadedTechnology& technology) {
  py::list rows;
  for (const FigureRow& row : technology.technology->rows) {
    py::dict columns;
    columns["figure"] = row.key();
    columns["value"] = row.is_law() ? py::object(py::str(row.value_text)) : py::float_(row.value);
    columns["unit"] = row.unit;
    columns["kind"] = to_string(row.kind);
    columns["node"] = row.node;
    columns["conditions"] = row.conditions;
    columns["source"] = row.source;
    columns["residual_percent"] =
        row.residual_percent ? py::object(py::float_(*row.residual_percent)) : py::none();
    rows.append(columns);
  }
  return rows;
}

}  // namespace

void bind_technology(py::module_& module) {
  py::class_<LoadedTechnology>(module, "Technology", "What a machine costs: the rows of a file.")
      .def_property_readonly("name", [](const LoadedTechnology& t) { return t.technology->name; })
      .def_property_readonly(
          "path", [](const LoadedTechnology& t) { return t.path; }, "The file that was read.")
      .def_property_readonly(
          "rows_set", [](const LoadedTechnology& t) { return t.rows; },
          "Rows that have other values than in the file.")
      .def_property_readonly(
          "overrides", [](const LoadedTechnology& t) { return t.technology->overrides; },
          "What was set over the file, a line each.")
      .def_property_readonly(
          "nominal_v", [](const LoadedTechnology& t) { return t.technology->sram_nominal_v; },
          "The nominal supply of its SRAMs.")
      .def_property_readonly("row_list", rows_of, "Every row as a dict.");
  module.def("load_technology", load_technology, py::arg("path"), py::arg("rows"),
             "Reads a technology file with other values of some rows.");
}

}  // namespace minerva::python
