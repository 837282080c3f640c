#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "minerva/accelsim/completed_point.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/flow/run_options.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "settings_of_call.hpp"
#include "wrapped.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

/// A design of 16-bit words with the machine of section [design].
Design started_design(const LoadedNetwork& network) {
  Design design;
  design.network = network.network;
  design.plan = uniform_plan(network.network->graph.layers());
  design.point = flow::default_design_point();
  return design;
}

/// Zeros of keys stand for what widths and technology decide, and belong into no file.
std::string checked_json(const Design& design) {
  check_design_point(design.point);
  return design_to_json(design);
}

/// The machine with other knobs, by the names and in the words of section [design].
DesignPoint point_with(const DesignPoint& point, const KeyValues& knobs) {
  flow::RunOptions options;
  options.point = point;
  Settings settings;
  flow::add_design_keys(settings, options);
  KeyValues keys;
  for (const auto& [knob, value] : knobs) keys["design." + knob] = value;
  apply_keys(settings, keys);
  flow::check(options);
  return options.point;
}

}  // namespace

void bind_design(py::module_& module) {
  py::class_<Design>(module, "Design", "A network and the accelerator that runs it: a value.")
      .def(py::init(&started_design), py::arg("network"))
      .def_property_readonly(
          "network",
          [](const Design& d) {
            return LoadedNetwork{d.network, "", {}, {}};
          },
          "Its float network, shared with other designs.")
      .def_property_readonly(
          "plan_json",
          [](const Design& d) {
            return plan_to_json({d.plan, {}});
          },
          "The formats of every layer as the text of a plan.json.")
      .def_property_readonly(
          "point_json", [](const Design& d) { return design_point_to_json(d.point); },
          "The machine as the text of a design_point.json; 0 stands for what a technology decides.")
      .def_property_readonly(
          "thresholds", [](const Design& d) { return d.thresholds.theta; },
          "Inputs below are skipped, one a layer; empty: none is.")
      .def_property_readonly(
          "faults_json",
          [](const Design& d) {
            return faults_to_json({d.mitigation, d.supply});
          },
          "Supply, fault rate and masking as the text of a faults.json.")
      .def_property_readonly("weight_storage",
                             [](const Design& d) { return to_string(d.weight_storage); })
      .def_property_readonly(
          "machine_text", [](const Design& d) { return to_string(d.point); },
          "The machine on one line.")
      .def("to_json", checked_json, "The text of a design.json; the network's numbers are no part.")
      .def(
          "with_plan",
          [](Design d, const std::string& text) {
            d.plan = plan_from_json(text, "plan").plan;
            check_graph_plan(d.network->graph, d.plan, "plan");
            return d;
          },
          py::arg("text"))
      .def(
          "with_point",
          [](Design d, const KeyValues& knobs) {
            d.point = point_with(d.point, knobs);
            return d;
          },
          py::arg("knobs"))
      .def(
          "with_thresholds",
          [](Design d, const std::string& text) {
            d.thresholds = thresholds_from_json(text, "thresholds");
            return d;
          },
          py::arg("text"))
      .def(
          "with_faults",
          [](Design d, const std::string& text) {
            const FaultSetting setting = faults_from_json(text, "faults");
            d.mitigation = setting.mitigation;
            d.supply = setting.sram;
            return d;
          },
          py::arg("text"))
      .def(
          "with_weight_storage",
          [](Design d, const std::string& word) {
            d.weight_storage = parse_enum<WeightStorage>(word, "weight_storage");
            return d;
          },
          py::arg("word"))
      .def(
          "completed",
          [](const Design& d, const LoadedTechnology& technology) {
            return completed_design(d, *technology.technology);
          },
          py::arg("technology"),
          "The design with the write ports and multiplier stages that its words and the technology "
          "ask for.")
      .def("__eq__", [](const Design& a, const Design& b) { return a == b; });
  module.def(
      "design_from_json",
      [](const std::string& text, const std::string& file, const LoadedNetwork& network) {
        return design_from_json(text, file, network.network);
      },
      py::arg("text"), py::arg("file"), py::arg("network"), "Reads the text of a design.json.");
  module.def(
      "parse_format",
      [](const std::string& text, const std::string& key) {
        const QFormat format = parse_format(text, kMaxProductBits, key);
        return py::make_tuple(format.integer_bits, format.fraction_bits);
      },
      py::arg("text"), py::arg("key"), "The integer and fraction bits of Qm.n.");
  module.def(
      "read_text", [](const std::string& path) { return read_file(path); }, py::arg("path"),
      "The text of a file, or the error of the program for it.");
  module.def("write_text", &write_file, py::arg("path"), py::arg("text"),
             "Writes a file whole or not at all.");
}

}  // namespace minerva::python
