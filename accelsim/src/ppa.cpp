#include "minerva/accelsim/ppa.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/core/errors.hpp"
#include "minerva/core/portable_math.hpp"
#include "number_text.hpp"

namespace minerva {
namespace {

constexpr double kUnitBits = 32;  // width of the units in a technology file

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Words of the memories, by the layout of docs/machine.md.
struct Capacity {
  std::int64_t weight_bank_words = 0;
  std::int64_t bias_words_per_lane = 0;
  int activation_words = 0;  ///< of one half
};

Capacity capacity_of(const Topology& topology, const DesignPoint& point) {
  Capacity capacity;
  capacity.weight_bank_words = weight_words_per_bank(topology, point);
  for (int k = 0; k < topology.layers(); ++k) {
    capacity.bias_words_per_lane += ceil_divide(topology.fan_out(k), point.lanes);
    if (k > 0) capacity.activation_words = std::max(capacity.activation_words, topology.fan_in(k));
  }
  return capacity;
}

/// Events of all layers, a prediction.
struct MeanEvents {
  double input_reads = 0, activation_reads = 0, comparisons = 0, weight_reads = 0, macs = 0,
         updates = 0, bias_reads = 0, hidden_words = 0, output_words = 0;
};

MeanEvents mean_events(const Design& design) {
  const Topology& topology = design.topology;
  const double samples = static_cast<double>(design.activity.samples);
  MeanEvents mean;
  const auto per_prediction = [&](std::int64_t count) {
    return static_cast<double>(count) / samples;
  };
  for (int k = 0; k < topology.layers(); ++k) {
    const EventCounts events =
        count_events(topology.fan_in(k), topology.fan_out(k), k, design.point,
                     design.activity.layers[static_cast<std::size_t>(k)], design.activity.samples,
                     design.skips(k));
    mean.input_reads += per_prediction(events.input_reads);
    mean.activation_reads += per_prediction(events.activation_reads);
    mean.comparisons += per_prediction(events.comparisons);
    mean.weight_reads += per_prediction(events.weight_reads_done);
    mean.macs += per_prediction(events.macs_done);
    mean.updates += per_prediction(events.accumulator_updates);
    mean.bias_reads += per_prediction(events.bias_reads);
    (k + 1 < topology.layers() ? mean.hidden_words : mean.output_words) +=
        per_prediction(events.words_written);
  }
  return mean;
}

/// `count` units that work `operations` times a prediction.
void add_units(PartFigures& part, const UnitFigures& unit, double count, double operations) {
  part.dynamic_pj += operations * unit.energy_pj;
  part.leakage_uw += count * unit.leakage_uw;
  part.area_um2 += count * unit.area_um2;
}

UnitFigures scaled(const UnitFigures& unit, double energy_factor, double size_factor) {
  return {unit.energy_pj * energy_factor, unit.leakage_uw * size_factor,
          unit.area_um2 * size_factor};
}

UnitFigures linear(const UnitFigures& unit, int bits) {
  return scaled(unit, bits / kUnitBits, bits / kUnitBits);
}

void add_memories(const Design& design, const Technology& technology, const MeanEvents& mean,
                  std::array<PartFigures, kParts>& parts) {
  const auto part = [&](Part p) -> PartFigures& { return parts[static_cast<std::size_t>(p)]; };
  const DesignPoint& point = design.point;
  const DatapathWidths& widths = design.widths;
  const Capacity capacity = capacity_of(design.topology, point);

  const int weight_banks = point.lanes * point.weight_banks_per_lane();
  const MemoryFigures weights =
      technology.memory(static_cast<double>(capacity.weight_bank_words) * weight_banks,
                        weight_banks, widths.weight_bits);
  const double voltage_v = design.weight_sram.voltage_v;
  const PartFigures array = {
      mean.weight_reads * weights.read_pj * technology.dynamic_factor(voltage_v),
      weights.leakage_uw * technology.leakage_factor(voltage_v), weights.area_um2};
  part(Part::weight_sram) = array;

  double power_share = 0;
  double area_share = 0;
  if (design.mitigation.detector == Detector::razor) {
    power_share = technology.razor_power_percent / 100;
    area_share = technology.razor_area_percent / 100;
  } else if (design.mitigation.detector == Detector::parity) {
    power_share = technology.parity_power_percent / 100;
    area_share = technology.parity_area_percent / 100;
  }
  if (design.mitigation.masking == Masking::bit && design.mitigation.sign == SignPolicy::hardened) {
    area_share += technology.hardened_column_area_percent / 100 / widths.weight_bits;
  }
  part(Part::fault_protection) = {array.dynamic_pj * power_share, array.leakage_uw * power_share,
                                  array.area_um2 * area_share};

  const MemoryFigures input = technology.memory(design.topology.inputs(),
                                                point.activation_bandwidth, widths.activation_bits);
  part(Part::input_memory) = {mean.input_reads * input.read_pj, input.leakage_uw, input.area_um2};

  if (capacity.activation_words > 0) {
    const MemoryFigures half = technology.memory(capacity.activation_words,
                                                 point.activation_banks_per_half(), widths.activation_bits);
    part(Part::activation_sram) = {
        mean.activation_reads * half.read_pj + mean.hidden_words * half.write_pj,
        2 * half.leakage_uw, 2 * half.area_um2};
  }

  const MemoryFigures biases =
      technology.memory(static_cast<double>(capacity.bias_words_per_lane) * point.lanes,
                        point.lanes, widths.product_bits);
  part(Part::bias_store) = {mean.bias_reads * biases.read_pj, biases.leakage_uw, biases.area_um2};
}

void add_logic(const Design& design, const Technology& technology, const MeanEvents& mean,
               std::array<PartFigures, kParts>& parts) {
  const auto part = [&](Part p) -> PartFigures& { return parts[static_cast<std::size_t>(p)]; };
  const DesignPoint& point = design.point;
  const DatapathWidths& widths = design.widths;
  const DatapathRow& row = technology.datapath_at(point.clock_period_ns);
  const double chunk = point.inputs_per_cycle();
  const double macs = static_cast<double>(point.lanes) * point.macs_per_lane;

  const double area_of_32 = widths.weight_bits * widths.activation_bits / (kUnitBits * kUnitBits);
  const auto power_of = [](double base, double exponent) {
    return exponent == 1 ? base : portable_pow(base, exponent);
  };
  const UnitFigures multiplier =
      scaled(row.multiplier, power_of(area_of_32, technology.multiplier_energy_exponent),
             power_of(area_of_32, technology.multiplier_area_exponent));
  const UnitFigures adder = linear(row.adder, widths.accumulator_bits);
  const UnitFigures& mux = technology.multiplexer_bit;
  PartFigures& datapath = part(Part::datapath);
  add_units(datapath, multiplier, macs, mean.macs);
  add_units(datapath, mux, macs * widths.product_bits, mean.macs * widths.product_bits);
  add_units(datapath, adder, macs, mean.macs);  // n products: n - 1 in the tree, 1 accumulates
  add_units(datapath, linear(technology.bitwise, widths.accumulator_bits), point.lanes,
            mean.hidden_words);
  add_units(datapath, adder, point.lanes, mean.hidden_words);  // rounding

  const double shared_bits = 2 * (widths.activation_bits + 1);  // x and its flag, F1|F2 and F2|M
  const double stage_bits = (point.multiplier_stages - 1) * widths.product_bits;
  add_units(part(Part::registers), row.register_bit,
            shared_bits * chunk + point.lanes * (chunk * (widths.weight_bits + stage_bits) +
                                                 2.0 * widths.accumulator_bits),
            shared_bits * (mean.input_reads + mean.activation_reads) +
                widths.weight_bits * mean.weight_reads + stage_bits * mean.macs +
                widths.accumulator_bits * (mean.updates + mean.output_words) +
                widths.activation_bits * mean.hidden_words);

  if (design.has_comparator()) {
    add_units(part(Part::comparators), linear(technology.comparator, widths.activation_bits), chunk,
              mean.comparisons);
  }
  if (design.mitigation.masking != Masking::none) {
    add_units(part(Part::fault_protection), mux, point.lanes * chunk * widths.weight_bits,
              mean.weight_reads * widths.weight_bits);
  }
}

}  // namespace

const char* to_string(Part part) {
  switch (part) {
    case Part::weight_sram:
      return "weight SRAM";
    case Part::activation_sram:
      return "activation SRAM";
    case Part::input_memory:
      return "input memory";
    case Part::bias_store:
      return "bias store";
    case Part::datapath:
      return "datapath";
    case Part::registers:
      return "registers";
    case Part::comparators:
      return "comparators";
    case Part::fault_protection:
      return "fault protection";
    case Part::clock_network:
      return "clock network";
  }
  return "";
}

int multiplier_stages(const DatapathWidths& widths, int macs_per_lane, double clock_period_ns,
                      const Technology& technology) {
  return std::max(1, static_cast<int>(std::ceil(technology.mac_delay_ns(widths, macs_per_lane) /
                                                clock_period_ns)));
}

PpaFigures estimate_figures(const Design& design, const Technology& technology) {
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
  check_weight_banks(design.topology, point);
  for (const Topology& other : design.also_for) check_weight_banks(other, point);
  PpaFigures figures;
  const MeanEvents mean = mean_events(design);
  add_memories(design, technology, mean, figures.parts);
  add_logic(design, technology, mean, figures.parts);
  figures.cycles = total_cycles(design.topology, point);
  figures.time_ns = static_cast<double>(figures.cycles) * point.clock_period_ns;
  for (const PartFigures& part : figures.parts) figures.area_mm2 += part.area_um2 / 1e6;
  figures.parts[static_cast<std::size_t>(Part::clock_network)].dynamic_pj =
      static_cast<double>(figures.cycles) * technology.clock_energy_pj_per_mm2 * figures.area_mm2;
  for (const PartFigures& part : figures.parts) {
    figures.power_mw += part.dynamic_pj / figures.time_ns + part.leakage_uw / 1000;
  }
  figures.energy_nj = figures.power_mw * figures.time_ns / 1000;
  return figures;
}

PpaEstimate estimate(const Design& design, const Technology& technology) {
  const PpaFigures figures = estimate_figures(design, technology);
  PpaEstimate estimate;
  for (std::size_t k = 0; k < kParts; ++k) {
    const PartFigures& part = figures.parts[k];
    const char* name = to_string(static_cast<Part>(k));
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
