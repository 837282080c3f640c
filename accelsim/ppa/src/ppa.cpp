#include "minerva/accelsim/ppa.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "cost.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/power_interval.hpp"
#include "minerva/accelsim/timing.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/design/design.hpp"
#include "minerva/network/graph_text.hpp"

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
    {"product rounding", CostGroup::datapath},
    {"accumulator multiplexers", CostGroup::datapath},
    {"operand buffers", CostGroup::datapath},
    {"write multiplexer", CostGroup::datapath},
    {"wires", CostGroup::datapath},
    {"sequencer", CostGroup::datapath},
    {"selection", CostGroup::datapath},
    {"level shifters", CostGroup::weight_sram},
    {"supply regulator", CostGroup::weight_sram},
    {"clock gates", CostGroup::clock_network},
    {"clock network", CostGroup::clock_network},
    {"off-chip memory", CostGroup::off_chip_memory},
    {"input queue", CostGroup::datapath},
    {"codebook multiplexers", CostGroup::datapath},
};
static_assert(sizeof kComponentRows / sizeof *kComponentRows == kComponents, "one row each");

void check_machine(const MachineConfiguration& machine, const ActivityProfile& activity,
                   const SramPoint& supply, const Technology& technology) {
  const DesignPoint& point = machine.point;
  check_read_ahead(machine.network, point);
  check_activity(machine, activity);
  check_timing(machine, technology);
  check_mitigation(machine.mitigation);
  check_weight_storage(machine, supply, technology);
  check_weight_banks(machine.network, point);
  for (const MachineNetwork& other : machine.also_for) check_weight_banks(other, point);
}

}  // namespace

const char* to_string(Component component) {
  return kComponentRows[static_cast<std::size_t>(component)].name;
}

CostGroup part_of(Component component) {
  return kComponentRows[static_cast<std::size_t>(component)].part;
}

bool has_part(const MachineConfiguration& machine, CostGroup part) {
  return part != CostGroup::off_chip_memory || machine.point.streams_weights();
}

double off_chip_gbit_per_s(const DesignPoint& point, const DatapathWidths& widths) {
  return static_cast<double>(point.off_chip_words) * widths.stored_weight_bits() /
         point.clock_period_ns;
}

void check_off_chip_rows(const std::string& key, int words, const Technology& technology) {
  if (technology.components.has(FigureGroup::off_chip)) return;
  throw UserError(key, std::to_string(words),
                  "needs the rows off_chip_bit_energy and off_chip_bandwidth, which technology " +
                      technology.name + " has not");
}

namespace {

/// Throws UserError when the off-chip memory is unknown, or slower than the machine wants it.
void check_off_chip(const MachineConfiguration& machine, const Technology& technology) {
  const char* key = "design.off_chip_words";
  const int words = machine.point.off_chip_words;
  check_off_chip_rows(key, words, technology);
  const double wanted = off_chip_gbit_per_s(machine.point, machine.widths);
  const double bandwidth = technology.components.off_chip_gbit_per_s;
  if (wanted <= bandwidth) return;
  throw UserError(key, std::to_string(words),
                  "needs " + number_text(wanted) + " Gbit/s for words of " +
                      std::to_string(machine.widths.stored_weight_bits()) + " bits at " +
                      number_text(machine.point.clock_period_ns) +
                      " ns; off_chip_bandwidth of technology " + technology.name + " is " +
                      number_text(bandwidth));
}

}  // namespace

void check_weight_storage(const MachineConfiguration& machine, const SramPoint& supply,
                          const Technology& technology) {
  const bool rom = machine.weight_storage == WeightStorage::rom;
  const bool off_chip = machine.point.streams_weights();
  if (off_chip) check_off_chip(machine, technology);
  if (!rom && !off_chip) return;
  const auto refuse = [&](const std::string& side, const std::string& of_rom,
                          const std::string& of_buffers) {
    throw UserError(rom ? "design.weight_storage" : "design.off_chip_words",
                    rom ? "rom" : std::to_string(machine.point.off_chip_words),
                    "conflicts with " + side + ": " + (rom ? of_rom : of_buffers));
  };
  // Words of all layers pass through the same cells of a buffer, which no fault map knows.
  const std::string no_map = "fault maps are of memories that hold all weights";
  const Mitigation& m = machine.mitigation;
  if (m.masking != Masking::none) {
    refuse(std::string("faults.masking = ") + to_string(m.masking), "a ROM has no faults to mask",
           no_map);
  }
  if (m.detector != Detector::none) {
    refuse(std::string("faults.detector = ") + to_string(m.detector),
           "a ROM has no faults to detect", no_map);
  }
  if (supply.fault_rate != 0) {
    refuse("faults.rate = " + number_text(supply.fault_rate), "a ROM has no faults", no_map);
  }
  if (!technology.is_nominal(supply.voltage_v)) {
    refuse("faults.voltage_v = " + number_text(supply.voltage_v),
           "its law is for the nominal " + number_text(technology.sram_nominal_v) +
               " V of technology " + technology.name,
           no_map);
  }
  if (!rom) return;
  if (off_chip) {
    refuse("design.off_chip_words = " + std::to_string(machine.point.off_chip_words),
           "a ROM holds all weights on chip", "");
  }
  if (!machine.also_for.empty()) {
    refuse("design.also_for = " + to_string(machine.also_for.front()),
           "a ROM holds one network for good", "");
  }
}

int multiplier_stages(const DatapathWidths& widths, int macs_per_lane, double clock_period_ns,
                      const Technology& technology) {
  return std::max(1, static_cast<int>(std::ceil(technology.mac_delay_ns(widths, macs_per_lane) /
                                                clock_period_ns)));
}

PpaFigures estimate_figures(const MachineConfiguration& machine, const ActivityProfile& activity,
                            const SramPoint& supply, const Technology& technology) {
  check_machine(machine, activity, supply, technology);
  return unchecked_figures(machine, activity, supply, technology);
}

PpaFigures unchecked_figures(const MachineConfiguration& machine, const ActivityProfile& activity,
                             const SramPoint& supply, const Technology& technology) {
  const MachineStructure structure = structure_of(machine);
  const double period_ns = machine.point.clock_period_ns;
  const Cost cost = cost_of(structure, period_ns, supply, technology);
  const MeanEvents events = mean_events(machine, activity, trees_of(technology));
  PpaFigures figures;
  figures.components = cost.components;
  figures.parts.fill({});
  const double cycles = mean_cycles(machine, activity);
  figures.cycles = std::llround(cycles);
  figures.time_ns = cycles * period_ns;
  figures.latency_ns = figures.time_ns * machine.point.batch_size;
  figures.area_mm2 = cost.area_mm2;
  const auto energies = dynamic_energies_pj(structure, cost, events, cycles, technology);
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

std::vector<LayerFigures> layer_figures(const MachineConfiguration& machine,
                                        const ActivityProfile& activity, const SramPoint& supply,
                                        const Technology& technology) {
  check_machine(machine, activity, supply, technology);
  const MachineStructure structure = structure_of(machine);
  const double period_ns = machine.point.clock_period_ns;
  const Cost cost = cost_of(structure, period_ns, supply, technology);
  double leakage_uw = 0;
  for (const PartFigures& component : cost.components) leakage_uw += component.leakage_uw;
  std::vector<LayerFigures> all;
  for (int k = 0; k < machine.network.layers(); ++k) {
    LayerFigures layer;
    layer.name = layer_text(machine.network.graph().layer(k), k);
    const bool batches = machine.point.runs_batches();
    const LayerCycles sums = batches ? layer_cycles(machine.network.facts(k), structure.pipeline)
                                     : count_cycles(machine, k, activity);
    const auto predictions =
        static_cast<double>(batches ? machine.point.batch_size : activity.samples);
    const double cycles = static_cast<double>(sums.total()) / predictions;
    for (const CycleName& cause : cycle_names()) {
      layer.cycles.*cause.member =
          std::llround(static_cast<double>(sums.*cause.member) / predictions);
    }
    layer.events = count_events(machine, k, activity);
    layer.time_ns = cycles * period_ns;
    const auto energies = dynamic_energies_pj(
        structure, cost, mean_events_of_layer(machine, k, activity, trees_of(technology)), cycles,
        technology);
    for (std::size_t c = 0; c < kComponents; ++c) {
      layer.parts_pj[static_cast<std::size_t>(part_of(static_cast<Component>(c)))] += energies[c];
    }
    for (const double part : layer.parts_pj) layer.dynamic_nj += part / 1000;
    layer.leakage_nj = leakage_uw * layer.time_ns / 1e6;
    all.push_back(layer);
  }
  return all;
}

double power_with_regulator_mw(const MachineConfiguration& machine, const ActivityProfile& activity,
                               const SramPoint& supply, const Technology& technology,
                               double efficiency_percent) {
  Technology with_regulator = technology;
  with_regulator.components.regulator_efficiency_percent = efficiency_percent;
  return estimate_figures(machine, activity, supply, with_regulator).power_mw;
}

PpaEstimate estimate(const Design& design, const ActivityProfile& activity,
                     const Technology& technology) {
  return estimate(machine_configuration(design), activity, design.supply, technology);
}

PpaEstimate estimate(const MachineConfiguration& machine, const ActivityProfile& activity,
                     const SramPoint& supply, const Technology& technology) {
  PpaEstimate whole = estimate_without_interval(machine, activity, supply, technology);
  whole.interval = power_interval(machine, activity, supply, technology);
  const double samples = static_cast<double>(activity.samples);
  for (const LayerFigures& figures : layer_figures(machine, activity, supply, technology)) {
    LayerEstimate layer;
    layer.name = figures.name;
    layer.cycles = figures.cycles;
    for (const GraphEventName& event : graph_event_names()) {
      if (event.member == &GraphEventCounts::weight_loads && !machine.point.streams_weights()) {
        continue;
      }
      layer.events.push_back(
          {event.name, static_cast<double>(figures.events.*event.member) / samples});
    }
    layer.time_us = figures.time_ns / 1000;
    layer.dynamic_nj = figures.dynamic_nj;
    layer.leakage_nj = figures.leakage_nj;
    for (std::size_t part = 0; part < kParts; ++part) {
      const auto group = static_cast<CostGroup>(part);
      if (!has_part(machine, group)) continue;
      layer.parts_nj.push_back({to_string(group), figures.parts_pj[part] / 1000});
    }
    whole.layers.push_back(std::move(layer));
  }
  return whole;
}

PpaEstimate estimate_without_interval(const MachineConfiguration& machine,
                                      const ActivityProfile& activity, const SramPoint& supply,
                                      const Technology& technology) {
  const PpaFigures figures = estimate_figures(machine, activity, supply, technology);
  PpaEstimate estimate;
  for (std::size_t k = 0; k < kParts; ++k) {
    if (!has_part(machine, static_cast<CostGroup>(k))) continue;
    const PartFigures& part = figures.parts[k];
    const char* name = to_string(static_cast<CostGroup>(k));
    estimate.power.push_back({name, part.dynamic_pj / figures.time_ns, part.leakage_uw / 1000});
    estimate.area.push_back({name, part.area_um2 / 1e6});
  }
  estimate.cycles = figures.cycles;
  estimate.predictions_per_s = 1e9 / figures.time_ns;
  estimate.latency_us = figures.latency_ns / 1000;
  estimate.energy_per_prediction_nj = figures.energy_nj;
  estimate.power_mw = figures.power_mw;
  estimate.area_mm2 = figures.area_mm2;
  estimate.technology = technology.name;
  estimate.machine = machine_description(machine, supply, technology);
  return estimate;
}

}  // namespace minerva
