#include "minerva/accelsim/ppa.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/base/errors.hpp"
#include "number_text.hpp"
#include "ppa_machine.hpp"

namespace minerva {
namespace {

struct ComponentRow {
  const char* name;
  CostGroup part;
};
constexpr ComponentRow kComponentRows[] = {
    {"weight memory", CostGroup::weight_sram},
    {"activation memory", CostGroup::activation_sram},
    {"input memory", CostGroup::input_memory},
    {"bias store", CostGroup::bias_store},
    {"multipliers", CostGroup::datapath},
    {"saturation multiplexers", CostGroup::datapath},
    {"adders", CostGroup::datapath},
    {"rectifiers", CostGroup::datapath},
    {"rounding adders", CostGroup::datapath},
    {"registers", CostGroup::registers},
    {"comparators", CostGroup::comparators},
    {"fault detectors", CostGroup::fault_protection},
    {"mask multiplexers", CostGroup::fault_protection},
    {"clock network", CostGroup::clock_network},
};
static_assert(sizeof kComponentRows / sizeof *kComponentRows == kComponents, "one row each");

void check_design(const MachineConfiguration& design, const Technology& technology) {
  const DesignPoint& point = design.point;
  expects(static_cast<int>(design.activity.layers.size()) == design.topology.layers(),
          "estimate: activity and topology differ in layers");
  expects(design.activity.chunk == point.inputs_per_cycle(),
          "estimate: the activity was counted for another number of inputs per cycle");
  expects(design.activity.samples >= 1, "estimate: an activity without samples");
  const int stages =
      multiplier_stages(design.widths, point.macs_per_lane, point.clock_period_ns, technology);
  if (point.multiplier_stages < stages) {
    throw UserError("design.multiplier_stages", std::to_string(point.multiplier_stages),
                    "needs " + std::to_string(stages) + " or more for these widths at " +
                        number_text(point.clock_period_ns) + " ns in technology " +
                        technology.name);
  }
  check_mitigation(design.mitigation);
  check_weight_storage(design, technology);
  check_weight_banks(design.topology, point);
  for (const Topology& other : design.also_for) check_weight_banks(other, point);
}

}  // namespace

const char* to_string(Component component) {
  return kComponentRows[static_cast<std::size_t>(component)].name;
}

CostGroup part_of(Component component) {
  return kComponentRows[static_cast<std::size_t>(component)].part;
}

void check_weight_storage(const MachineConfiguration& design, const Technology& technology) {
  if (design.weight_storage == WeightStorage::sram) return;
  const auto refuse = [](const std::string& side, const std::string& why) {
    throw UserError("design.weight_storage", "rom", "conflicts with " + side + ": " + why);
  };
  const Mitigation& m = design.mitigation;
  const double voltage_v = design.weight_sram.voltage_v;
  if (m.masking != Masking::none) {
    refuse(std::string("faults.masking = ") + to_string(m.masking), "a ROM has no faults to mask");
  }
  if (m.detector != Detector::none) {
    refuse(std::string("faults.detector = ") + to_string(m.detector),
           "a ROM has no faults to detect");
  }
  if (design.weight_sram.fault_rate != 0) {
    refuse("faults.rate = " + number_text(design.weight_sram.fault_rate), "a ROM has no faults");
  }
  if (voltage_v != 0 && std::abs(voltage_v - technology.sram_nominal_v) > kSameIndex) {
    refuse("faults.voltage_v = " + number_text(voltage_v),
           "its law is for the nominal " + number_text(technology.sram_nominal_v) +
               " V of technology " + technology.name);
  }
  if (!design.also_for.empty()) {
    refuse("design.also_for = " + to_string(design.also_for.front()),
           "a ROM holds one network for good");
  }
}

int multiplier_stages(const DatapathWidths& widths, int macs_per_lane, double clock_period_ns,
                      const Technology& technology) {
  return std::max(1, static_cast<int>(std::ceil(technology.mac_delay_ns(widths, macs_per_lane) /
                                                clock_period_ns)));
}

PpaFigures estimate_figures(const MachineConfiguration& design, const Technology& technology) {
  check_design(design, technology);
  const CostedMachine machine = build_machine(design, technology);
  MeanEvents events;
  for (int k = 0; k < design.topology.layers(); ++k) events += mean_events_of_layer(design, k);
  PpaFigures figures;
  figures.components = machine.components;
  figures.parts.fill({});
  figures.cycles = total_cycles(design.topology, design.point);
  figures.time_ns = static_cast<double>(figures.cycles) * design.point.clock_period_ns;
  figures.area_mm2 = machine.area_mm2;
  const auto energies = dynamic_energies_pj(machine, events, figures.cycles);
  for (std::size_t c = 0; c < kComponents; ++c) {
    PartFigures& component = figures.components[c];
    component.dynamic_pj = energies[c];
    PartFigures& part = figures.parts[static_cast<std::size_t>(part_of(static_cast<Component>(c)))];
    part.dynamic_pj += component.dynamic_pj;
    part.leakage_uw += component.leakage_uw;
    part.area_um2 += component.area_um2;
  }
  for (const PartFigures& part : figures.parts) {
    figures.power_mw += part.dynamic_pj / figures.time_ns + part.leakage_uw / 1000;
  }
  figures.energy_nj = figures.power_mw * figures.time_ns / 1000;
  return figures;
}

std::vector<LayerFigures> estimate_layers(const MachineConfiguration& design,
                                          const Technology& technology) {
  check_design(design, technology);
  const CostedMachine machine = build_machine(design, technology);
  double leakage_uw = 0;
  for (const PartFigures& component : machine.components) leakage_uw += component.leakage_uw;
  std::vector<LayerFigures> layers;
  const std::vector<LayerCycles> cycles = count_cycles(design.topology, design.point);
  for (int k = 0; k < design.topology.layers(); ++k) {
    LayerFigures layer;
    layer.cycles = cycles[static_cast<std::size_t>(k)].total();
    layer.dynamic_pj = dynamic_energies_pj(machine, mean_events_of_layer(design, k), layer.cycles);
    layer.leakage_pj =
        leakage_uw * static_cast<double>(layer.cycles) * design.point.clock_period_ns / 1000;
    double sum_pj = layer.leakage_pj;
    for (const double energy_pj : layer.dynamic_pj) sum_pj += energy_pj;
    layer.energy_nj = sum_pj / 1000;
    layers.push_back(layer);
  }
  return layers;
}

PpaEstimate estimate(const MachineConfiguration& design, const Technology& technology) {
  const PpaFigures figures = estimate_figures(design, technology);
  PpaEstimate estimate;
  for (std::size_t k = 0; k < kParts; ++k) {
    const PartFigures& part = figures.parts[k];
    const char* name = to_string(static_cast<CostGroup>(k));
    estimate.power.push_back({name, part.dynamic_pj / figures.time_ns, part.leakage_uw / 1000});
    estimate.area.push_back({name, part.area_um2 / 1e6});
  }
  estimate.cycles = figures.cycles;
  estimate.predictions_per_s = 1e9 / figures.time_ns;
  estimate.energy_per_prediction_nj = figures.energy_nj;
  estimate.power_mw = figures.power_mw;
  estimate.area_mm2 = figures.area_mm2;
  estimate.technology = technology.name;
  return estimate;
}

}  // namespace minerva
