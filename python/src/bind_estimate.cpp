#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <string>

#include "bindings.hpp"
#include "long_call.hpp"
#include "minerva/accelsim/completed_point.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/engine/evaluate.hpp"
#include "wrapped.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

struct Costs {
  PpaEstimate estimate;
  PpaFigures figures;
};

ActivityProfile nothing_skipped(const Design& design) {
  const ActivityCounting counting = counting_for(graph_of(design), design.point);
  return full_graph_activity(graph_of(design), counting.chunk, counting.tile, counting.batch_size,
                             counting.batch_size);
}

Costs costs_of(const Design& asked, const Technology& technology,
               const std::optional<ActivityProfile>& measured) {
  const Design design = completed_design(asked, technology);
  const ActivityProfile activity = measured ? *measured : nothing_skipped(design);
  const ActivityCounting counting = counting_for(graph_of(design), design.point);
  if (activity.chunk != counting.chunk || activity.tile != counting.tile ||
      activity.layers.size() != design.network->layers.size()) {
    throw UserError("activity", std::to_string(activity.chunk) + " inputs per cycle",
                    "needs one that was measured on this machine, which takes " +
                        std::to_string(counting.chunk));
  }
  if (counting.tile > 1 && activity.batch_size != counting.batch_size) {
    throw UserError("activity", "batches of " + std::to_string(activity.batch_size),
                    "needs one that was measured on this machine: " + to_string(design.point));
  }
  if (measured && !(activity.read_ahead == counting.read_ahead)) {
    throw UserError("activity",
                    std::to_string(activity.read_ahead.queue_words) + " words read ahead",
                    "needs one that was measured on this machine: " + to_string(design.point));
  }
  const MachineConfiguration machine = machine_configuration(design);
  return {estimate(machine, activity, design.supply, technology),
          estimate_figures(machine, activity, design.supply, technology)};
}

/// The columns of layers.csv, but for the formats.
py::dict layer_dict(const LayerEstimate& layer, int number) {
  py::dict row;
  row["layer"] = number;
  row["text"] = layer.name;
  row["fill"] = layer.cycles.fill;
  row["issue"] = layer.cycles.issue;
  row["stall"] = layer.cycles.stall;
  row["drain"] = layer.cycles.drain;
  row["cycles"] = layer.cycles.total();
  for (const NamedNumber& event : layer.events) row[event.name.c_str()] = event.value;
  row["time_us"] = layer.time_us;
  row["dynamic_nj"] = layer.dynamic_nj;
  row["leakage_nj"] = layer.leakage_nj;
  row["energy_nj"] = layer.energy_nj();
  for (const NamedNumber& part : layer.parts_nj) {
    std::string name = part.name + "_nj";
    std::replace(name.begin(), name.end(), ' ', '_');
    row[name.c_str()] = part.value;
  }
  return row;
}

py::list component_rows(const PpaFigures& figures) {
  py::list rows;
  for (std::size_t c = 0; c < kComponents; ++c) {
    const PartFigures& cost = figures.components[c];
    if (cost.dynamic_pj == 0 && cost.leakage_uw == 0 && cost.area_um2 == 0) continue;
    const auto component = static_cast<Component>(c);
    py::dict row;
    row["component"] = to_string(component);
    row["part"] = to_string(part_of(component));
    row["dynamic_pj"] = cost.dynamic_pj;
    row["leakage_uw"] = cost.leakage_uw;
    row["area_um2"] = cost.area_um2;
    rows.append(row);
  }
  return rows;
}

py::dict as_dict(const Costs& costs) {
  const PpaEstimate& e = costs.estimate;
  py::dict members;
  members["power_mw"] = e.power_mw;
  members["energy_nj"] = e.energy_per_prediction_nj;
  members["area_mm2"] = e.area_mm2;
  members["cycles"] = e.cycles;
  members["time_us"] = costs.figures.time_ns / 1000;
  members["latency_us"] = e.latency_us;
  members["predictions_per_s"] = e.predictions_per_s;
  members["technology"] = e.technology;
  members["interval_mw"] =
      e.interval ? py::object(py::make_tuple(e.interval->low_mw, e.interval->high_mw)) : py::none();
  py::list power;
  for (const PowerPart& part : e.power) {
    py::dict row;
    row["part"] = part.name;
    row["dynamic_mw"] = part.dynamic_mw;
    row["leakage_mw"] = part.leakage_mw;
    power.append(row);
  }
  py::list area;
  for (const AreaPart& part : e.area) {
    py::dict row;
    row["part"] = part.name;
    row["area_mm2"] = part.area_mm2;
    area.append(row);
  }
  py::list layers;
  for (const LayerEstimate& layer : e.layers) {
    layers.append(layer_dict(layer, static_cast<int>(layers.size()) + 1));
  }
  members["power"] = power;
  members["area"] = area;
  members["layers"] = layers;
  members["components"] = component_rows(costs.figures);
  return members;
}

}  // namespace

void bind_estimate(py::module_& module) {
  module.def(
      "estimate",
      [](const Design& design, const LoadedTechnology& technology, const Activity* activity) {
        const auto measured = activity == nullptr ? std::nullopt : std::optional(activity->profile);
        return as_dict(
            long_call([&] { return costs_of(design, *technology.technology, measured); }));
      },
      py::arg("design"), py::arg("technology"), py::arg("activity"),
      "Power, performance and area of a design, by part, component and layer.");
}

}  // namespace minerva::python
